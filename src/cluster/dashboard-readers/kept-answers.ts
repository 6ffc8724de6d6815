import type { FairTurns } from './fair-turns.ts';

/** What is kept of answers that cost a call. */
export interface KeptAnswersOptions {
  /** For how long one that says yes is used, and one that says no. */
  readonly yesMs: number;
  readonly noMs: number;
  /** How many of either are kept. */
  readonly most: number;
  /** Whose turn it is to be asked about. */
  readonly turns: FairTurns;
  readonly elapsedMs: () => number;
}

interface Kept<T> {
  readonly answer: T;
  readonly untilMs: number;
}

/**
 * Answers by key, each used for a while; one call at a time of each key. What fails is not kept. Those that say no, with what is falsy, are kept
 * apart: however many there are, they push out none that says yes.
 */
export class KeptAnswers<T> {
  readonly #options: KeptAnswersOptions;
  readonly #yes = new Map<string, Kept<T>>();
  readonly #no = new Map<string, Kept<T>>();
  readonly #asked = new Map<string, Promise<T>>();

  constructor(options: KeptAnswersOptions) {
    this.#options = options;
  }

  /** What was answered with yes the last time, however long ago. */
  lastYes(key: string): T | undefined {
    return this.#yes.get(key)?.answer;
  }

  /**
   * The answer that is kept, else that of a call.
   * @param who asks, for whom turns are fair
   * @throws what `call` throws, TooManyAtOnce
   */
  async ask(key: string, who: string, call: () => Promise<T>): Promise<T> {
    const { turns, elapsedMs } = this.#options;
    const kept = this.#yes.get(key) ?? this.#no.get(key);
    if (kept !== undefined && elapsedMs() < kept.untilMs) return kept.answer;
    const asked = this.#asked.get(key);
    if (asked !== undefined) return asked;
    const asking = turns.take(who, call);
    this.#asked.set(key, asking);
    try {
      const answer = await asking;
      this.#keep(key, answer);
      return answer;
    } finally {
      this.#asked.delete(key);
    }
  }

  #keep(key: string, answer: T): void {
    const { yesMs, noMs, most, elapsedMs } = this.#options;
    this.#yes.delete(key);
    this.#no.delete(key);
    const [kept, forMs] = answer ? [this.#yes, yesMs] : [this.#no, noMs];
    kept.set(key, { answer, untilMs: elapsedMs() + forMs });
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
  }
}
