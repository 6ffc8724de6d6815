import type { Needles } from './needles.ts';

// the escapes by which a sign that needs none can be written: \u0041, and \/ for a slash
const ESCAPES = [Buffer.from('\\u'), Buffer.from('\\/')];

/** Where some bytes come next in a block; looked for once, and not again before a line gets there. */
class NextHit {
  readonly #wanted: Buffer;
  #at = -1;

  constructor(wanted: Buffer) {
    this.#wanted = wanted;
  }

  startBlock(): void {
    this.#at = -1;
  }

  isIn(block: Buffer, start: number, end: number): boolean {
    if (this.#at < start) {
      const found = block.indexOf(this.#wanted, start);
      this.#at = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    // no line break is among what is looked for, so what begins in a line ends there
    return this.#at < end;
  }
}

/**
 * Tells by bytes alone, before anything is parsed, that a line cannot hold a record that is asked for. It never says so of a line that
 * does: a line with an escape by which a name could be written otherwise is always read.
 */
export class LineFilter {
  readonly #questions: readonly (readonly NextHit[])[];
  readonly #escapes = ESCAPES.map((sign) => new NextHit(sign));

  constructor(needles: readonly Needles[]) {
    this.#questions = needles.map((question) => question.map((needle) => new NextHit(needle)));
  }

  /** To be called before the lines of another block of bytes are asked about, from its first one on. */
  startBlock(): void {
    for (const hit of [...this.#questions.flat(), ...this.#escapes]) hit.startBlock();
  }

  /** Whether a line of the block has to be read. */
  mayHold(block: Buffer, start: number, end: number): boolean {
    for (const question of this.#questions) {
      let found = false;
      for (const hit of question) if (hit.isIn(block, start, end)) found = true;
      if (!found) return this.#escapes.some((hit) => hit.isIn(block, start, end));
    }
    return true;
  }
}
