import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { Fault } from '../../src/core/problem/faults.ts';
import { inContainer } from '../../test/node/exec.ts';
import type { LabContainer } from './state.ts';

/** Runs a command in a container on this terminal; resolves with its exit code. */
export async function exec(container: LabContainer, command: readonly string[]): Promise<number> {
  if (container.pid === undefined)
    throw new Fault('PIL004', [{ path: '', message: `the container ${container.name} does not run: see lab ps` }]);
  const { words, env } = await inContainer(container.pid, command);
  const [nsenter = '', ...args] = words;
  const child = spawn(nsenter, args, { env, stdio: 'inherit' });
  // Ctrl-C is the command's; this process ends when it has
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
}
