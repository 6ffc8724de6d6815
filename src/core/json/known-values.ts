const SLOTS = 4096;
// longer ones seldom come again
const LONGEST = 160;

const SIGNS = 12;

interface Known {
  readonly bytes: Uint8Array;
  readonly value: unknown;
}

/** Values of JSON by their bytes. Most come again in every line of a log, and looking one up is cheaper than parsing it. */
export class KnownValues {
  readonly #known: (Known | undefined)[] = new Array(SLOTS).fill(undefined);

  /**
   * The value between two offsets, where JSON is known to be well-formed. It may be given again, and is not to be changed.
   */
  at(bytes: Buffer, from: number, to: number): unknown {
    const length = to - from;
    if (length > LONGEST) return parsedAt(bytes, from, to);
    let hash = length;
    // names differ at their ends
    for (let next = Math.max(from, to - SIGNS); next < to; next += 1)
      hash = (Math.imul(hash, 33) + (bytes[next] ?? 0)) | 0;
    const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
    const known = this.#known[slot];
    if (known !== undefined && known.bytes.length === length && standsAt(known.bytes, bytes, from)) return known.value;
    const value = parsedAt(bytes, from, to);
    // a copy: the bytes of a log come and go
    this.#known[slot] = { bytes: Uint8Array.from(bytes.subarray(from, to)), value };
    return value;
  }
}

function standsAt(wanted: Uint8Array, bytes: Uint8Array, from: number): boolean {
  for (let index = 0; index < wanted.length; index += 1) if (wanted[index] !== bytes[from + index]) return false;
  return true;
}

const parsedAt = (bytes: Buffer, from: number, to: number): unknown => JSON.parse(bytes.toString('utf8', from, to));

const BACKSLASH = 0x5c;
const MOST_ASCII = 0x7f;

/** A text between its quotation marks, of which none is like another. */
export function plainTextAt(bytes: Buffer, from: number, to: number): string {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === BACKSLASH || byte > MOST_ASCII) return parsedAt(bytes, from, to) as string;
  }
  return bytes.toString('latin1', from + 1, to - 1);
}
