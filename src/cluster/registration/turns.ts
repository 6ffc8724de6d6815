/**
 * Calls of which each ends the one before. No AbortSignal.any: one that nobody listens to forgets that it was aborted when its source
 * is collected (Node 24.16 and later, nodejs/node#65995), and then the call before goes on.
 */
export class Turns {
  #turn = new AbortController();
  #over = false;

  /** Ends the turn before; the signal is aborted when this one is ended. */
  next(): AbortSignal {
    this.#turn.abort();
    this.#turn = new AbortController();
    if (this.#over) this.#turn.abort();
    return this.#turn.signal;
  }

  /** Ends the last turn, and each that would follow. */
  end(): void {
    this.#over = true;
    this.#turn.abort();
  }
}
