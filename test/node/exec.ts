import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** A command that joins a running container. */
export interface JoiningCommand {
  readonly words: readonly string[];
  /** Of the container’s process 1; nothing of the starter’s own. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where the machine has it: the PATH of the command is the container’s. */
const NSENTER = '/usr/bin/nsenter';

/**
 * What runs `command` in the container whose process 1 is `pid`: as its user, with its variables, files and network.
 * Rejects when the container has ended.
 */
export async function inContainer(pid: number, command: readonly string[]): Promise<JoiningCommand> {
  const [status, environment] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/environ`, 'utf8'),
  ]);
  const own = (field: string) => new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? '0';
  const variables = environment.split('\0').filter((line) => line.includes('='));
  return {
    words: [
      NSENTER,
      ...['--target', String(pid), '--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wd'],
      ...['--setgid', own('Gid'), '--setuid', own('Uid'), '--', ...command],
    ],
    env: Object.fromEntries(
      variables.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
  };
}

/** How a command in a container came out. */
export interface ExecOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const KILLED = 137;

/** Runs a command in a container; rejects only when the container has ended before it. */
export async function runInContainer(
  pid: number,
  command: readonly string[],
  { timeoutMs = 0 }: { readonly timeoutMs?: number } = {},
): Promise<ExecOutcome> {
  const { words, env } = await inContainer(pid, command);
  const [nsenter = '', ...args] = words;
  const options = { env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 } as const;
  return new Promise((resolve) => {
    execFile(nsenter, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : KILLED;
      resolve({ code, stdout, stderr });
    });
  });
}
