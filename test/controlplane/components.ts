import { readFile } from 'node:fs/promises';
import { freePort } from '../processes/free-port.ts';
import type { Guard, GuardedProcess } from '../processes/guard.ts';
import type { Files } from './files.ts';

const PORT_TRIES = 5;
const READY_MS = 90_000;
const POLL_MS = 100;
const SHOWN_LINES = 40;

export type Component = 'etcd' | 'kube-apiserver' | 'kube-controller-manager';

/** The last lines of a component's log. */
export async function logTail(files: Files, component: Component, lines = SHOWN_LINES): Promise<string> {
  const text = await readFile(files.log(component), 'utf8').catch(() => '(no log yet)');
  return text.trim().split('\n').slice(-lines).join('\n');
}

/** Waits until `isReady` says so. Rejects, showing the log, when the component ends before, or takes more than 90 s. */
export async function waitUntilReady(
  files: Files,
  component: Component,
  started: GuardedProcess,
  isReady: () => Promise<boolean>,
): Promise<void> {
  let ended = false;
  void started.exited.then(() => {
    ended = true;
  });
  const deadline = Date.now() + READY_MS;
  while (!(await isReady())) {
    const problem = ended
      ? 'ended while it started'
      : Date.now() > deadline
        ? `was not ready in ${READY_MS / 1000} s`
        : undefined;
    if (problem !== undefined) {
      throw new Error(
        `${component} ${problem}: read its last lines, correct the cause and start again\n${await logTail(files, component)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Starts a component. Its data goes with it, so at the end it is killed: a graceful end takes kube-apiserver up to a minute. */
export function startComponent(
  guard: Guard,
  files: Files,
  component: Component,
  command: string,
  args: readonly string[],
) {
  return guard.start({ command, args, log: files.log(component), graceMs: 0 });
}

export interface Listening {
  readonly started: GuardedProcess;
  readonly port: number;
}

/** Starts a component on a free port, and on another one when somebody else was faster. */
export async function startOnFreePort(
  guard: Guard,
  files: Files,
  component: Component,
  command: string,
  args: (port: number) => string[],
  isReady: (port: number) => Promise<boolean>,
): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const started = await startComponent(guard, files, component, command, args(port));
    try {
      await waitUntilReady(files, component, started, () => isReady(port));
      return { started, port };
    } catch (error) {
      const raced = String(error).includes('address already in use');
      await started.stop();
      if (!raced || attempt === PORT_TRIES) throw error;
    }
  }
}
