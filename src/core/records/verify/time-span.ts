/** From the first time that something tells of to the last. */
export class TimeSpan {
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** A time that is none changes nothing. */
  add(ms: number): void {
    if (ms < this.#firstMs) this.#firstMs = ms;
    if (ms > this.#lastMs) this.#lastMs = ms;
  }

  /** Whether a time is within, and not at an end where clocks that differ could have put it. */
  covers(ms: number, clockSkewMs: number): boolean {
    return ms >= this.#firstMs + clockSkewMs && ms <= this.#lastMs - clockSkewMs;
  }

  /** Undefined when nothing told of a time. */
  get ends(): { readonly firstMs: number; readonly lastMs: number } | undefined {
    return this.#firstMs > this.#lastMs ? undefined : { firstMs: this.#firstMs, lastMs: this.#lastMs };
  }
}
