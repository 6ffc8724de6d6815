import { chmod, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from '../network/network-namespace.ts';
import type { Guard } from '../processes/guard.ts';

/** A running container, as its node sees it. */
export interface ContainerProcess {
  /** The number of its process 1 on the machine. */
  readonly pid: number;
  /** Resolves with its exit code; 128 and the signal's number when a signal ended it. */
  readonly exited: Promise<number>;
  /** Sends SIGTERM and, when it has not ended in time, SIGKILL; resolves when it has ended. */
  end(graceMs: number): Promise<void>;
}

const KILLED = 137;
// what still prepares: until they have given way to the container’s own command, its files and variables are not the container’s
const PREPARING = ['bwrap\n', 'chroot\n', ''];
const POLL_MS = 5;

/** Starts what `words` say, which is nsenter, then bwrap, then the container. Rejects when it does not come that far. */
export async function startContainer(guard: Guard, words: readonly string[], log: string): Promise<ContainerProcess> {
  const [command = '', ...args] = words;
  // as under a container runtime, whoever the container runs as may open /dev/stdout by its name
  await writeFile(log, '', { flag: 'a' });
  await chmod(log, 0o666);
  const started = await guard.start({ command, args, log, graceMs: 0 });
  let ended = false;
  const exited = started.exited.then(({ code }) => {
    ended = true;
    return code ?? KILLED;
  });
  let pid: number | undefined;
  // one that is too quick to be found has ended before anybody could signal it
  while (pid === undefined && !ended) {
    const [sandbox] = await childrenOf(started.pid);
    const [first] = sandbox === undefined ? [] : await childrenOf(sandbox);
    if (first !== undefined && (await isOwn(first))) pid = first;
    if (pid === undefined) await sleep(POLL_MS);
  }
  const signal = (name: NodeJS.Signals) => {
    try {
      if (pid !== undefined && !ended) process.kill(pid, name);
    } catch {
      // it has ended meanwhile
    }
  };
  return {
    pid: pid ?? 0,
    exited,
    async end(graceMs) {
      signal('SIGTERM');
      const killing = new AbortController();
      const kill = sleep(graceMs, undefined, { signal: killing.signal }).then(
        () => signal('SIGKILL'),
        () => {},
      );
      await exited;
      killing.abort();
      await kill;
    },
  };
}

/** Whether a process is the container’s own. */
const isOwn = async (pid: number): Promise<boolean> =>
  !PREPARING.includes(await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''));
