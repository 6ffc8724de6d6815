import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { eventually } from '../eventually.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** What came back from the address that the command serves. */
export interface LocalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** A running `pillion dashboard`. */
export interface OpenedDashboard {
  /** What it printed first. */
  readonly url: string;
  readonly process: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Asks as a browser that was let in; `headers` come on top. */
  ask(path: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<LocalAnswer>;
  /** Uses the address, as a browser does first. */
  enter(): Promise<LocalAnswer>;
  /** The cookie that `enter` brought. */
  cookie(): string;
  /** Ends it as Ctrl-C does. */
  interrupt(): Promise<number | null>;
}

/** Starts the command as a process of its own and waits for its address. */
export async function openDashboard(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<OpenedDashboard> {
  const child = spawn(process.execPath, [MAIN, 'dashboard', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      printed[stream] += chunk;
    });
  await eventually('the command prints its address', () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${printed.stderr}`);
    return printed.stdout.includes('\n');
  });
  const url = printed.stdout.split('\n')[0] ?? '';
  let cookie = '';
  const ask: OpenedDashboard['ask'] = (path, headers = {}, body) =>
    askLocal(new URL(path, url), { ...(cookie && { cookie }), ...headers }, body);
  return {
    url,
    process: child,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    ask,
    cookie: () => cookie,
    enter: async () => {
      const entered = await askLocal(new URL(url), {});
      [cookie = ''] = String(entered.headers['set-cookie'] ?? '').split(';');
      return entered;
    },
    interrupt: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}

/** One request over a connection of its own. */
export function askLocal(url: URL, headers: Readonly<Record<string, string>>, body?: string): Promise<LocalAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: body === undefined ? 'GET' : 'POST', headers, agent: false }, (response) => {
      text(response).then(
        (answer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: answer }),
        reject,
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}
