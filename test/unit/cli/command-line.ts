import { runCommandLine } from '../../../src/cli/program.ts';

/** What a command reads besides its arguments. */
export interface Surroundings {
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly colour?: boolean;
  readonly now?: Date;
}

export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const NOW = new Date('2026-11-03T10:00:00Z');

async function textIn(files: Surroundings['files'], path: string): Promise<string> {
  const text = files?.[path];
  if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
  return text;
}

/** Runs one command line with files, stdin and clock of the test’s own. */
export async function pillion(args: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const { files = {}, stdin = '', variables = {}, colour = false, now = NOW } = surroundings;
  const printed = { stdout: '', stderr: '' };
  const exit = await runCommandLine(args, {
    stdout: (text) => {
      printed.stdout += text;
    },
    stderr: (text) => {
      printed.stderr += text;
    },
    readStdin: async () => stdin,
    readFile: (path) => textIn(files, path),
    readLines: async function* (path) {
      yield* (path === '-' ? stdin : await textIn(files, path)).split('\n');
    },
    variables,
    now: () => now,
    colour,
    columns: 100,
    serve: async () => {
      throw new Error('no server in this test');
    },
  });
  return { exit, ...printed };
}
