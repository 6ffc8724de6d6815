import { runCommandLine } from '../../../src/cli/program.ts';

/** What a command reads besides its arguments. */
export interface Surroundings {
  readonly files?: Readonly<Record<string, string>>;
  /** Files that are no text. */
  readonly bytes?: Readonly<Record<string, Buffer>>;
  readonly stdin?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly colour?: boolean;
  readonly interactive?: boolean;
  readonly now?: Date;
  /** Takes what is written into files. */
  readonly written?: Map<string, string>;
}

export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const NOW = new Date('2026-11-03T10:00:00Z');

const PIECE_BYTES = 1000;

async function textIn(files: Surroundings['files'], path: string): Promise<string> {
  const text = files?.[path];
  if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
  return text;
}

/** Runs one command line with files, stdin and clock of the test’s own. */
export async function pillion(args: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const { files = {}, bytes = {}, stdin = '', variables = {}, colour = false, now = NOW, written } = surroundings;
  const { interactive = false } = surroundings;
  const printed = { stdout: '', stderr: '' };
  const exit = await runCommandLine(args, {
    stdout: (text) => {
      printed.stdout += text;
    },
    stderr: (text) => {
      printed.stderr += text;
    },
    stdoutTaken: async () => {},
    collectGarbage: () => {},
    readStdin: async () => stdin,
    readFile: (path) => textIn(files, path),
    writeFile: async (path, text) => {
      written?.set(path, text);
    },
    onInterrupt: () => () => {},
    filesBelow: async (path) => {
      const below = Object.keys(files).filter((file) => file.startsWith(`${path.replace(/\/+$/, '')}/`));
      return below.length === 0 ? undefined : below.toSorted();
    },
    readBytes: async function* (path) {
      const all = bytes[path] ?? Buffer.from(path === '-' ? stdin : await textIn(files, path));
      // in pieces, none of which is good for long
      for (let at = 0; at < all.length; at += PIECE_BYTES) {
        const piece = Buffer.from(all.subarray(at, at + PIECE_BYTES));
        yield piece;
        piece.fill(0);
      }
    },
    sizeOf: async (path) => (bytes[path] ?? Buffer.from(files[path] ?? '')).length,
    variables,
    now: () => now,
    colour,
    interactive,
    columns: 100,
    browse: () => false,
    serve: async () => {
      throw new Error('no server in this test');
    },
  });
  return { exit, ...printed };
}
