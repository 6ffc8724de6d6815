/** How much may be under way. */
export interface FairTurnsOptions {
  readonly mostAtOnce: number;
  /** Of one who asks; below `mostAtOnce`, so that nobody has all of them. */
  readonly mostOfOne: number;
  /** So much of one who asks may wait; beyond that `take` rejects with TooManyAtOnce. */
  readonly mostWaitingOfOne: number;
}

/** More is asked at once than the API server is asked for. */
export class TooManyAtOnce extends Error {
  constructor() {
    super('too many questions about rights are under way at once');
    this.name = 'TooManyAtOnce';
  }
}

interface Asker {
  underWay: number;
  readonly waiting: (() => void)[];
}

/**
 * Calls of which few are under way at a time. Whoever asks has a turn after the others, however much each of them asks: a flood of one keeps
 * another waiting for one call of it at most.
 */
export class FairTurns {
  readonly #options: FairTurnsOptions;
  /** Who has something under way or waiting, the next one first. */
  readonly #askers = new Map<string, Asker>();
  #underWay = 0;

  constructor(options: FairTurnsOptions) {
    this.#options = options;
  }

  /** Calls `work` when it is the turn of whoever asks. Rejects as it does, or with TooManyAtOnce. */
  async take<T>(who: string, work: () => Promise<T>): Promise<T> {
    const asker = this.#askers.get(who) ?? { underWay: 0, waiting: [] };
    this.#askers.set(who, asker);
    if (asker.waiting.length >= this.#options.mostWaitingOfOne) throw new TooManyAtOnce();
    await new Promise<void>((resolve) => {
      asker.waiting.push(resolve);
      this.#startNext();
    });
    try {
      return await work();
    } finally {
      asker.underWay -= 1;
      this.#underWay -= 1;
      if (asker.underWay === 0 && asker.waiting.length === 0) this.#askers.delete(who);
      this.#startNext();
    }
  }

  #startNext(): void {
    const { mostAtOnce, mostOfOne } = this.#options;
    if (this.#underWay >= mostAtOnce) return;
    for (const [who, asker] of this.#askers) {
      if (asker.underWay >= mostOfOne) continue;
      const start = asker.waiting.shift();
      if (start === undefined) continue;
      asker.underWay += 1;
      this.#underWay += 1;
      this.#askers.delete(who);
      this.#askers.set(who, asker);
      start();
      return;
    }
  }
}
