/** Answers of hooks, each by a digest of what identifies it and one of what is told of it: some 50 bytes each, however long what is told. */
export class AnswerTable {
  #places = 1024;
  #size = 0;
  /** Two of the key, two of what is told. */
  #words = new Uint32Array(4 * this.#places);
  #times = new Float64Array(this.#places);
  /** 0 where there is none. */
  #states = new Uint8Array(this.#places);

  /**
   * @param key 16 hexadecimal digits, as `told`
   * @param ms when the request was received; an answer that is told again, at the same time, is the same one
   */
  add(key: string, told: string, ms: number): void {
    if (this.#find(key, told, (at) => Object.is(this.#times[at], ms)) !== undefined) return;
    if (2 * ++this.#size > this.#places) this.#grow();
    this.#put(wordsOf(key, told), ms, STANDS);
  }

  /** Whether there is an answer with this key, whatever is told of it. */
  knows(key: string): boolean {
    const [one, two] = [wordAt(key, 0), wordAt(key, 8)];
    for (let at = one % this.#places; this.#states[at] !== EMPTY; at = (at + 1) % this.#places)
      if (this.#words[4 * at] === one && this.#words[4 * at + 1] === two) return true;
    return false;
  }

  /** Finds such an answer with a time that fits, and says whether that was the first time; undefined where there is none. */
  take(key: string, told: string, fits: (ms: number) => boolean): 'first' | 'again' | undefined {
    return this.#mark(
      FOUND,
      this.#find(key, told, (at) => fits(this.#times[at] ?? Number.NaN)),
    );
  }

  /** Whether this very answer was taken; of one that was not, whether that is asked for the first time. */
  judge(key: string, told: string, ms: number): 'taken' | 'first' | 'again' {
    const at = this.#find(key, told, (place) => Object.is(this.#times[place], ms));
    if (at !== undefined && this.#states[at] === FOUND) return 'taken';
    return this.#mark(JUDGED, at) ?? 'again';
  }

  #mark(state: number, at: number | undefined): 'first' | 'again' | undefined {
    if (at === undefined) return undefined;
    const before = this.#states[at];
    this.#states[at] = state;
    return before === STANDS ? 'first' : 'again';
  }

  #find(key: string, told: string, fits: (at: number) => boolean): number | undefined {
    const [one, two, three, four] = wordsOf(key, told);
    for (let at = one % this.#places; this.#states[at] !== EMPTY; at = (at + 1) % this.#places) {
      const [w, from] = [this.#words, 4 * at];
      if (w[from] !== one || w[from + 1] !== two || w[from + 2] !== three || w[from + 3] !== four) continue;
      if (fits(at)) return at;
    }
    return undefined;
  }

  #put(words: Words, ms: number, state: number): void {
    let at = words[0] % this.#places;
    while (this.#states[at] !== EMPTY) at = (at + 1) % this.#places;
    this.#words.set(words, 4 * at);
    this.#times[at] = ms;
    this.#states[at] = state;
  }

  #grow(): void {
    const [words, times, states] = [this.#words, this.#times, this.#states];
    this.#places *= 2;
    this.#words = new Uint32Array(4 * this.#places);
    this.#times = new Float64Array(this.#places);
    this.#states = new Uint8Array(this.#places);
    for (const [at, state] of states.entries())
      if (state !== EMPTY) this.#put(words.subarray(4 * at, 4 * at + 4) as unknown as Words, times[at] ?? 0, state);
  }
}

const [EMPTY, STANDS, FOUND, JUDGED] = [0, 1, 2, 3];

type Words = readonly [number, number, number, number];

const wordsOf = (key: string, told: string): Words => [
  wordAt(key, 0),
  wordAt(key, 8),
  wordAt(told, 0),
  wordAt(told, 8),
];
const wordAt = (hex: string, from: number): number => Number.parseInt(hex.slice(from, from + 8), 16);
