// the API server reads changed in-tree policies once a second (policyRefreshInterval of k8s.io/apiserver)
const LEAST_MS = 1_500;

// a second that begins when what was read before is compiled: a change waits for that, and for its own. A busy API server took
// 6 s (measured). One more for what is not seen from here
const COMPILATIONS = 3;
const COMPILED_WITHIN_MS = 10_000;

/** How long the API server may go on with an in-tree policy that was changed. */
export class ReadingTime {
  readonly #leastMs: number;
  #checkedInMs = 0;

  constructor(leastMs = LEAST_MS) {
    this.#leastMs = leastMs;
  }

  /** The API server has just taken so long for a dry run of the objects, which compiles the same. */
  checkedIn(ms: number): void {
    this.#checkedInMs = ms;
  }

  /** By what it took the last time. */
  get ms(): number {
    return this.#leastMs + COMPILATIONS * Math.min(this.#checkedInMs, COMPILED_WITHIN_MS);
  }
}
