import type { Backoff } from '../backoff.ts';

// so long without a repair, and the next one is made at once again
const QUIET_MS = 600_000;

/** When an object may be repaired again: the first time at once, then after pauses that grow, until there was quiet. */
export class RepairPace {
  readonly #backoff: Backoff;
  readonly #elapsedMs: () => number;
  #dueMs: number | undefined;

  /** `elapsedMs` is a clock that never runs backwards. */
  constructor(backoff: Backoff, elapsedMs: () => number) {
    this.#backoff = backoff;
    this.#elapsedMs = elapsedMs;
  }

  /** How long to wait before the next repair. */
  waitMs(): number {
    if (this.#dueMs === undefined) return 0;
    const waitMs = this.#dueMs - this.#elapsedMs();
    if (waitMs < -QUIET_MS) this.#backoff.reset();
    return Math.max(0, waitMs);
  }

  /** A repair was made now. */
  repaired(): void {
    this.#dueMs = this.#elapsedMs() + this.#backoff.nextMs();
  }
}
