/** Growing pauses between attempts, with jitter so that many replicas do not come back in step. */
export class Backoff {
  readonly #baseMs: number;
  readonly #capMs: number;
  readonly #random: () => number;
  #attempt = 0;

  /** `random` gives numbers from 0 up to 1. */
  constructor(random: () => number, { baseMs = 250, capMs = 30_000 }: { baseMs?: number; capMs?: number } = {}) {
    this.#random = random;
    this.#baseMs = baseMs;
    this.#capMs = capMs;
  }

  /** The next pause: between half and the whole of a bound that doubles up to the cap. */
  nextMs(): number {
    const bound = Math.min(this.#capMs, this.#baseMs * 2 ** this.#attempt);
    if (bound < this.#capMs) this.#attempt += 1;
    return bound * (0.5 + this.#random() / 2);
  }

  /** Something worked: the next pause is a short one again. */
  reset(): void {
    this.#attempt = 0;
  }
}
