import { Refused } from './refusals.ts';

export interface UnderWayOptions {
  /** What is counted, as in "too many questions". */
  readonly what: string;
  readonly most: number;
  /** Below `most`, so that one reader keeps no other waiting. */
  readonly mostOfReader: number;
}

/** Counts what is under way at a time, of all readers and of each. */
export class UnderWay {
  readonly #options: UnderWayOptions;
  readonly #byReader = new Map<string, number>();
  #all = 0;

  constructor(options: UnderWayOptions) {
    this.#options = options;
  }

  /**
   * Counts one more.
   * @returns to be called when it is over, once or more
   * @throws Refused 429 when there are too many
   */
  begin(reader: string): () => void {
    const { what, most, mostOfReader } = this.#options;
    const own = this.#byReader.get(reader) ?? 0;
    if (own >= mostOfReader) throw new Refused(429, `You have ${own} ${what} under way already.`, AGAIN);
    if (this.#all >= most) throw new Refused(429, `Too many ${what} are under way at once.`, AGAIN);
    this.#all += 1;
    this.#byReader.set(reader, own + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#all -= 1;
      const left = (this.#byReader.get(reader) ?? 1) - 1;
      if (left === 0) this.#byReader.delete(reader);
      else this.#byReader.set(reader, left);
    };
  }
}

const AGAIN = 'Try again in a moment.';
