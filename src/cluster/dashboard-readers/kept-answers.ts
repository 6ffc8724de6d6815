/** What is kept of answers that cost a call. */
export interface KeptAnswersOptions<T> {
  /** For how long one is used. */
  readonly forMs: (answer: T) => number;
  /** How many are kept. */
  readonly most: number;
  /** How many calls may be under way; beyond that `ask` throws TooManyAtOnce. */
  readonly mostAtOnce: number;
  readonly elapsedMs: () => number;
}

/** More is asked at once than the API server is asked for. */
export class TooManyAtOnce extends Error {
  constructor() {
    super('too many questions about rights are under way at once');
    this.name = 'TooManyAtOnce';
  }
}

/** Answers by key, each used for a while; one call at a time of each key. What fails is not kept. */
export class KeptAnswers<T> {
  readonly #options: KeptAnswersOptions<T>;
  readonly #kept = new Map<string, { readonly answer: T; readonly untilMs: number }>();
  readonly #asked = new Map<string, Promise<T>>();

  constructor(options: KeptAnswersOptions<T>) {
    this.#options = options;
  }

  /** The answer that is kept, else that of a call. Rejects as `call` does, or with TooManyAtOnce. */
  async ask(key: string, call: () => Promise<T>): Promise<T> {
    const { forMs, most, mostAtOnce, elapsedMs } = this.#options;
    const kept = this.#kept.get(key);
    if (kept !== undefined && elapsedMs() < kept.untilMs) return kept.answer;
    const asked = this.#asked.get(key);
    if (asked !== undefined) return asked;
    if (this.#asked.size >= mostAtOnce) throw new TooManyAtOnce();
    const asking = call();
    this.#asked.set(key, asking);
    try {
      const answer = await asking;
      this.#kept.delete(key);
      this.#kept.set(key, { answer, untilMs: elapsedMs() + forMs(answer) });
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > most && oldest !== undefined) this.#kept.delete(oldest);
      return answer;
    } finally {
      this.#asked.delete(key);
    }
  }
}
