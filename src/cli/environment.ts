import type { Serve } from './commands/serve.ts';

/** Everything a command needs of the outside world, so that it can be run in a test as on a terminal. */
export interface Environment {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Resolves when whoever reads stdout has taken what was written, up to some kilobytes: what is not taken stays in memory. */
  readonly stdoutTaken: () => Promise<void>;
  /** Has memory collected that is no longer used: by itself V8 lets it grow by some hundred megabytes before. */
  readonly collectGarbage: () => void;
  readonly readStdin: () => Promise<string>;
  /** @throws Error when the file cannot be read */
  readonly readFile: (path: string) => Promise<string>;
  /** @throws Error when the file cannot be written */
  readonly writeFile: (path: string, text: string) => Promise<void>;
  /**
   * The files below a directory, in order; undefined for what is no directory.
   * @throws Error when one within cannot be read
   */
  readonly filesBelow: (path: string) => Promise<readonly string[] | undefined>;
  /**
   * The bytes of a file of any length, or of stdin for `-`, in pieces that are good until the next one is asked for; with a signal also
   * what is written later, until it comes. Reading fails when the file cannot be read.
   */
  readonly readBytes: (path: string, follow?: AbortSignal) => AsyncIterable<Buffer>;
  /** How many bytes a file has; undefined for what is none, such as a pipe. */
  readonly sizeOf: (path: string) => Promise<number | undefined>;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Whether stdout is a terminal that shows colour. */
  readonly colour: boolean;
  /** Whether stderr is a terminal, where somebody may wait. */
  readonly interactive: boolean;
  /** The width of the terminal in characters. */
  readonly columns: number;
  /** Calls back when somebody wants the command to end; the command has to, since it does not end by itself then. Returns what ends that. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** Shows an address in a browser, where whoever runs the command would see it; false where there is none. */
  readonly browse: (url: string) => boolean;
  readonly serve: Serve;
}
