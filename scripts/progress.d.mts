/** One piece of long work that is being shown. The first of `done` and `failed` ends it; later calls do nothing. */
export interface Step {
  update(text: string): void;
  done(result?: string): void;
  failed(result?: string): void;
}

export interface Progress {
  /** Prints a line at once, above the running steps. */
  note(text: string): void;
  /** Shows `text` as running until the step is ended. */
  step(text: string): Step;
}

export function duration(ms: number): string;
export function createProgress(stream?: NodeJS.WriteStream): Progress;
