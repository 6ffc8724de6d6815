import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Guard, GuardedProcess } from '../processes/guard.ts';

const run = promisify(execFile);

/** Runs a command and returns what it printed; rejects when it fails. */
export async function output(command: string, ...args: readonly string[]): Promise<string> {
  return (await run(command, args)).stdout;
}

/** A network of its own, held by a process: it goes away with the guard. */
export interface NetworkNamespace {
  /** The process that holds it. */
  readonly pid: number;
  /** The words before a command that make it run there. */
  readonly enter: readonly string[];
  /** Runs a command there and returns what it printed; rejects when it fails. */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** Starts a program there, which ends with the guard at the latest; its output is the file `name`.log in the guard’s folder. */
  start(words: readonly string[], name: string): Promise<GuardedProcess>;
  /** Ends it; resolves when its holder is gone. */
  stop(): Promise<void>;
}

const POLL_MS = 10;

/**
 * Makes a network namespace that has a loopback interface and nothing else.
 * @param options.ownProcesses also gives it process numbers of its own: whatever runs there is killed by the kernel when its holder ends
 */
export async function networkNamespace(
  guard: Guard,
  { ownProcesses = false }: { readonly ownProcesses?: boolean } = {},
): Promise<NetworkNamespace> {
  // with /proc to match, in which bwrap looks for what it has started
  const own = ownProcesses ? ['--pid', '--fork', '--kill-child', '--mount-proc'] : [];
  const holder = await guard.start({
    command: 'unshare',
    args: ['--net', ...own, 'sleep', 'infinity'],
    log: `${guard.folder}/network.log`,
    graceMs: 0,
  });
  const processes = `/proc/${holder.pid}/ns/pid_for_children`;
  const nsenter = ['nsenter', '--target', String(holder.pid), '--net'];
  const enter = ownProcesses ? [...nsenter, '--mount', `--pid=${processes}`] : nsenter;
  const inside = (command: string, ...args: readonly string[]) => {
    const [first = '', ...rest] = [...nsenter, command, ...args];
    return output(first, ...rest);
  };
  const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));
  // the process is there before its namespaces are
  while ((await inside('ip', '-o', 'link')).split('\n').filter((line) => line !== '').length !== 1) await pause();
  // the holder's child becomes `sleep` when everything is as it is to be
  let ended = false;
  void holder.exited.then(() => {
    ended = true;
  });
  while (ownProcesses && !(await sleeps(holder.pid))) {
    // the tests may be over by now, and nobody would end the loop
    if (ended) throw new Error(`the holder of a network, process ${holder.pid}, has ended`);
    await pause();
  }
  await inside('ip', 'link', 'set', 'lo', 'up');
  return {
    pid: holder.pid,
    enter,
    run: inside,
    start(words, name) {
      const [command = '', ...args] = [...enter, ...words];
      return guard.start({ command, args, log: join(guard.folder, `${name}.log`), graceMs: 0 });
    },
    stop: async () => void (await holder.stop()),
  };
}

async function sleeps(holder: number): Promise<boolean> {
  const [child = 0] = await childrenOf(holder);
  return (await readFile(`/proc/${child}/comm`, 'utf8').catch(() => '')) === 'sleep\n';
}

/** The process numbers of the children of a process, none when it has ended. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}
