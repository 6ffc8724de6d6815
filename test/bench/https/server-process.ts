import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order, Started, StartOrder, Usage } from './protocol.ts';

/** A server in a process of its own. */
export interface ServerProcess extends Started {
  readonly pid: number;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

const PROGRAMS = { pillion: './pillion-server.ts', echo: './echo-server.ts' } as const;

/**
 * @param before the words before its command
 * @throws Error when the process ends before it listens; its own error is on stderr
 */
export async function startServerProcess(
  which: keyof typeof PROGRAMS,
  order: StartOrder,
  before: readonly string[] = [],
): Promise<ServerProcess> {
  const program = fileURLToPath(new URL(PROGRAMS[which], import.meta.url));
  // without the loader flags of whatever started the benchmark
  const [execPath = process.execPath, ...execArgv] = [...before, process.execPath];
  const child = fork(program, { execPath, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const started = await asked<Started>(child, { do: 'start', with: order });
  return {
    ...started,
    pid: child.pid as number,
    usage: () => asked<Usage>(child, { do: 'tell usage' }),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

async function asked<T>(child: ChildProcess, order: Order): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const answer = once(child, 'message', { signal });
    const ended = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`a server of the benchmark ended with code ${code}`);
    });
    child.send(order);
    const [message] = await Promise.race([answer, ended]);
    return message;
  } finally {
    over.abort();
  }
}
