import type { Serve } from './commands/serve.ts';

/** Everything a command needs of the outside world, so that it can be run in a test as on a terminal. */
export interface Environment {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly readStdin: () => Promise<string>;
  /** @throws Error when the file cannot be read */
  readonly readFile: (path: string) => Promise<string>;
  /** The lines of a file of any length, or of stdin for `-`; reading fails when the file cannot be read. */
  readonly readLines: (path: string) => AsyncIterable<string>;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Whether stdout is a terminal that shows colour. */
  readonly colour: boolean;
  /** The width of the terminal in characters. */
  readonly columns: number;
  readonly serve: Serve;
}
