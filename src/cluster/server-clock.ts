/**
 * The API server's clock, as the Date header of its answers tells it. Certificates are judged by it, because it is the API server
 * that accepts or refuses them: a process whose own clock is wrong by days goes by the right time.
 */
export class ServerClock {
  readonly #elapsedMs: () => number;
  #told: { readonly serverMs: number; readonly elapsedMs: number } | undefined;

  /** `elapsedMs` is a clock that never runs backwards; it counts from one answer to the next. */
  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
  }

  /** Takes the Date header of an answer; one that is missing or unreadable tells nothing. */
  told(date: string | undefined): void {
    const serverMs = Date.parse(date ?? '');
    if (!Number.isNaN(serverMs)) this.#told = { serverMs, elapsedMs: this.#elapsedMs() };
  }

  /**
   * Milliseconds since the epoch, right to about a second.
   * @throws Error while the API server has told no time yet
   */
  nowMs(): number {
    if (this.#told === undefined)
      throw new Error('the API server has sent no Date header; let what stands between pass it through');
    return this.#told.serverMs + this.#elapsedMs() - this.#told.elapsedMs;
  }
}
