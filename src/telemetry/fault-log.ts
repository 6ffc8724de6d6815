import type { Logger } from 'pino';

// often enough to see that it goes on, seldom enough that a flood of faults cannot fill the log
const PAUSE_MS = 1_000;

interface Told {
  readonly atMs: number;
  suppressed: number;
}

/**
 * Faults of the program that a caller may be able to repeat at will: each message is logged with its stack at most once a
 * second, and its next line says how many were left out.
 */
export class FaultLog {
  readonly #log: Logger;
  readonly #elapsedMs: () => number;
  readonly #told = new Map<string, Told>();

  /** `elapsedMs` is a clock that never runs backwards. */
  constructor(log: Logger, elapsedMs: () => number) {
    this.#log = log;
    this.#elapsedMs = elapsedMs;
  }

  /** `message` is one of the program's own, never made of what a caller sent: all that were ever logged are remembered. */
  report(err: unknown, message: string, facts: Readonly<Record<string, string>> = {}): void {
    const nowMs = this.#elapsedMs();
    const last = this.#told.get(message);
    if (last && nowMs - last.atMs < PAUSE_MS) {
      last.suppressed += 1;
      return;
    }
    this.#told.set(message, { atMs: nowMs, suppressed: 0 });
    const suppressed = last?.suppressed ?? 0;
    this.#log.error({ err, ...facts, ...(suppressed === 0 ? {} : { suppressed }) }, message);
  }
}
