import type { Problem } from '../../core/problem/problem.ts';

/**
 * How long a line may be: an event of the audit log at level RequestResponse holds an object twice, and etcd takes none above 1.5 MiB;
 * the rest is for its envelope. A record of Pillion’s own has some kilobytes.
 */
const MOST_LINE_BYTES = 4 * 1024 * 1024;

/** Whole lines one after another, each with its line break. */
interface WholeLines {
  readonly kind: 'lines';
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Whole lines; or one line that is too long and was not kept. */
export type LineBlock = WholeLines | { readonly kind: 'long'; readonly length: number };

const LINE_FEED = 0x0a;
const LINE_BREAK = Buffer.from([LINE_FEED]);

/**
 * Cuts what comes in pieces into whole lines, without copying any but those that lie in two pieces. Only a line feed ends a line: other
 * separators stand inside JSON text as they are.
 */
export class LineBlocks {
  #begun: Buffer[] = [];
  #begunBytes = 0;

  /** @param chunk may be written over after the blocks were looked at */
  push(chunk: Buffer): LineBlock[] {
    const first = chunk.indexOf(LINE_FEED);
    if (first === -1) {
      this.#keep(chunk);
      return [];
    }
    const blocks: LineBlock[] = [];
    let start = 0;
    if (this.#begunBytes > 0) {
      blocks.push(this.#ended(chunk.subarray(0, first + 1)));
      start = first + 1;
    }
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end > start) blocks.push({ kind: 'lines', bytes: chunk, start, end });
    if (end < chunk.length) this.#keep(chunk.subarray(end));
    return blocks;
  }

  /** The last line, where no line break follows. */
  end(): LineBlock[] {
    return this.#begunBytes === 0 ? [] : [this.#ended(LINE_BREAK)];
  }

  #ended(rest: Buffer): LineBlock {
    const length = this.#begunBytes + rest.length;
    const begun = this.#begun;
    this.#begun = [];
    this.#begunBytes = 0;
    if (length > MOST_LINE_BYTES) return { kind: 'long', length };
    const bytes = Buffer.concat([...begun, rest]);
    return { kind: 'lines', bytes, start: 0, end: bytes.length };
  }

  #keep(piece: Buffer): void {
    this.#begunBytes += piece.length;
    if (this.#begunBytes > MOST_LINE_BYTES) this.#begun = [];
    else this.#begun.push(Buffer.from(piece));
  }
}

/** The lines of a block, without what ends them. */
export function* linesOf({ bytes, start: first, end }: WholeLines): Generator<Buffer> {
  for (let start = first; start < end; ) {
    const lineBreak = bytes.indexOf(LINE_FEED, start);
    yield bytes.subarray(start, endOfText(bytes, start, lineBreak));
    start = lineBreak + 1;
  }
}

/** Where a line ends but for spaces. */
export function endOfText(bytes: Buffer, start: number, lineBreak: number): number {
  let end = lineBreak;
  while (end > start && isSpace(bytes[end - 1])) end -= 1;
  return end;
}

const [SPACE, TAB, CARRIAGE_RETURN] = [0x20, 0x09, 0x0d];
const isSpace = (byte = 0): boolean => byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN;

/** What is told of a line that was not kept. */
export const tooLong = (length: number): Problem => ({
  path: '',
  message: `has ${length} bytes; a line of at most ${MOST_LINE_BYTES / 1024 / 1024} MiB is read`,
});
