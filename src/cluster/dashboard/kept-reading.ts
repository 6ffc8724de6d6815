import { setTimeout as sleep } from 'node:timers/promises';

export interface KeptReadingOptions<T> {
  readonly read: () => Promise<T>;
  /** So long one is good enough, before the next who asks has it read again; longer for one that takes long. */
  readonly periodMs: number;
  /** So long whoever asks waits for a newer one, where there is an older one. */
  readonly patienceMs: number;
  /** So long whoever asks waits where nothing was read before; for ever unless told. */
  readonly firstPatienceMs?: number;
  /** How far the reading is that goes on, as a sentence, for whoever does not wait longer for the first one. */
  readonly progress?: () => string;
  /** Whether what was read still holds; while it says no, it is read anew whatever its age. */
  readonly holds?: (value: T) => boolean;
  readonly elapsedMs: () => number;
}

/** Says that what is asked for is being read for the first time, and how far that is. */
export class StillReading extends Error {}

/** Says that what is asked for takes more than there is here, which does not pass by itself. */
export class NotComputed extends Error {
  /** What to do. */
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.name = 'NotComputed';
    this.next = next;
  }
}

/** What was read, and why there is nothing newer where that is so. */
export interface Kept<T> {
  readonly value: T;
  /** Why the last reading failed, or what it lacks time for; undefined where this is the last one. */
  readonly stale?: Error;
}

// whoever waits on a page asks again every few seconds, and an API server that has trouble is left in peace
const AGAIN_AFTER_FAILURE_MS = 10_000;
// what took long before it failed costs as much the next time; whoever mended what was wrong sees it within so long
const MOST_AFTER_FAILURE_MS = 300_000;
// a reading takes at most so much of the time
const MOST_BUSY = 1 / 10;

/**
 * Something that is read when somebody asks, and never because time passes. However many ask, one reading goes on at a time; where one fails,
 * the last good one counts.
 */
export class KeptReading<T> {
  readonly #options: KeptReadingOptions<T>;
  #kept: { readonly value: T; readonly atMs: number; readonly tookMs: number } | undefined;
  #failed: { readonly error: Error; readonly atMs: number; readonly tookMs: number } | undefined;
  #reading: Promise<void> | undefined;

  constructor(options: KeptReadingOptions<T>) {
    this.#options = options;
  }

  /**
   * What was read last, read anew where that is too old.
   * @throws what `read` throws, where nothing was read before; StillReading where that takes too long
   */
  async get(): Promise<Kept<T>> {
    const { patienceMs, firstPatienceMs, progress } = this.#options;
    if (!this.#isFresh()) {
      const reading = this.#read();
      const waitsMs = this.#kept === undefined ? firstPatienceMs : patienceMs;
      await (waitsMs === undefined ? reading : Promise.race([reading, sleep(waitsMs, undefined, { ref: false })]));
    }
    if (this.#kept === undefined)
      throw this.#failed?.error ?? new StillReading(progress?.() ?? 'This is being read for the first time.');
    const { value } = this.#kept;
    return this.#failed === undefined ? { value } : { value, stale: this.#failed.error };
  }

  #isFresh(): boolean {
    const { elapsedMs, periodMs, holds } = this.#options;
    if (this.#failed !== undefined && elapsedMs() - this.#failed.atMs < pauseAfter(this.#failed.tookMs)) return true;
    if (this.#kept === undefined || this.#failed !== undefined) return false;
    const { value, atMs, tookMs } = this.#kept;
    const isYoung = elapsedMs() - atMs < Math.max(periodMs, tookMs / MOST_BUSY);
    return isYoung && (holds?.(value) ?? true);
  }

  /** It never rejects. */
  #read(): Promise<void> {
    this.#reading ??= this.#once().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #once(): Promise<void> {
    const { read, elapsedMs } = this.#options;
    const begun = elapsedMs();
    try {
      const value = await read();
      this.#kept = { value, atMs: elapsedMs(), tookMs: elapsedMs() - begun };
      this.#failed = undefined;
    } catch (error) {
      const atMs = elapsedMs();
      this.#failed = { error: error instanceof Error ? error : new Error(String(error)), atMs, tookMs: atMs - begun };
    }
  }
}

/** So long nothing is read after what failed. */
const pauseAfter = (tookMs: number): number =>
  Math.max(AGAIN_AFTER_FAILURE_MS, Math.min(tookMs / MOST_BUSY, MOST_AFTER_FAILURE_MS));
