import type { Environment } from '../environment.ts';

// what is over sooner needs no progress, and an eye follows no more changes than this
const FIRST_AFTER_MS = 1_000;
const EVERY_MS = 250;
const MEBIBYTE = 1024 * 1024;
// to the first column, and away with what stands behind
const REWRITTEN = '\r\u001b[K';

/** Tells on a terminal how far the reading of long files is. */
export class ReadingProgress {
  readonly #environment: Pick<Environment, 'stderr' | 'interactive' | 'now'>;
  readonly #totalBytes: number | undefined;
  readonly #startMs: number;
  #toldMs = 0;
  #bytes = 0;

  /** @param totalBytes of all files; undefined where that is not known, as of stdin */
  constructor(environment: Pick<Environment, 'stderr' | 'interactive' | 'now'>, totalBytes: number | undefined) {
    this.#environment = environment;
    this.#totalBytes = totalBytes;
    this.#startMs = environment.now().getTime();
  }

  /** Takes that more bytes of a file were read, packed as they are. */
  add(bytes: number, file: string): void {
    this.#bytes += bytes;
    const { interactive, now, stderr } = this.#environment;
    if (!interactive) return;
    const ms = now().getTime();
    if (ms - this.#startMs < FIRST_AFTER_MS || ms - this.#toldMs < EVERY_MS) return;
    this.#toldMs = ms;
    stderr(`${REWRITTEN}${this.#text(file, ms - this.#startMs)}`);
  }

  /** Takes its line away again. */
  end(): void {
    if (this.#toldMs > 0) this.#environment.stderr(REWRITTEN);
  }

  #text(file: string, elapsedMs: number): string {
    const read = mebibytes(this.#bytes);
    const rate = `${mebibytes((this.#bytes * 1000) / elapsedMs)} MiB/s`;
    if (this.#totalBytes === undefined || this.#totalBytes === 0) return `${file}: ${read} MiB, ${rate}`;
    const percent = Math.min(100, Math.floor((this.#bytes * 100) / this.#totalBytes));
    return `${file}: ${read} of ${mebibytes(this.#totalBytes)} MiB (${percent} %), ${rate}`;
  }
}

const mebibytes = (bytes: number): string => (bytes / MEBIBYTE).toFixed(0);
