import { reviewOf } from './in-order.ts';
import type { RecordFacts } from './record-facts.ts';

// of 8 bytes each, in tables that are at most half full
const MOST_KEPT = 1 << 20;
const SLOTS_AT_FIRST = 1 << 12;

/**
 * Knows which records came before: logs overlap, and the API server’s audit log tells the same decisions. A record is known by a hash
 * of 53 bits, so that the last one or two million take at most 32 MiB; of a million records, one is taken for another with a
 * probability of about one in 20,000.
 */
export class SeenRecords {
  readonly #most: number;
  #recent = new HashSet();
  #older = new HashSet();

  /** @param most how many are remembered at least, and at most twice as many */
  constructor(most = MOST_KEPT) {
    this.#most = most;
  }

  /** Whether a record with the same id, hook, reason, user and pod was given before; remembers it. */
  seenBefore({ recordId, hook, reason, user, podUid = '' }: RecordFacts): boolean {
    return this.#hashSeen(hashOf(recordId, hook, reason, user, podUid));
  }

  /** Whether a record of the same review was given before, by a log of the same kind: Pillion’s own tell more than the audit log. */
  reviewSeen(record: RecordFacts): boolean {
    return this.#hashSeen(hashOf(reviewOf(record)));
  }

  #hashSeen(hash: number): boolean {
    if (this.#older.has(hash) || !this.#recent.add(hash)) return true;
    if (this.#recent.size >= this.#most) {
      this.#older = this.#recent;
      this.#recent = new HashSet();
    }
    return false;
  }
}

/** Whole numbers above 0 in a table with open addressing, a tenth of what a Set takes for them. */
class HashSet {
  size = 0;
  #slots = new Float64Array(SLOTS_AT_FIRST);

  has(hash: number): boolean {
    return this.#slots[this.#slotOf(hash)] === hash;
  }

  /** @returns false when it is there already */
  add(hash: number): boolean {
    const slot = this.#slotOf(hash);
    if (this.#slots[slot] === hash) return false;
    this.#slots[slot] = hash;
    this.size += 1;
    if (this.size * 2 > this.#slots.length) this.#grow();
    return true;
  }

  #slotOf(hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const stands = this.#slots[slot];
      if (stands === hash || stands === 0) return slot;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 2);
    for (const hash of before) if (hash !== 0) this.#slots[this.#slotOf(hash)] = hash;
  }
}

// two of FNV’s kind, side by side
const [BASIS, PRIME] = [0x811c9dc5, 0x01000193];
const [OTHER_BASIS, OTHER_PRIME] = [0x9747b28c, 0x5bd1e995];
const HIGH = 2 ** 32;
const HIGH_BITS = 0x1fffff;

function hashOf(...texts: readonly string[]): number {
  let low = BASIS;
  let high = OTHER_BASIS;
  for (const text of texts) {
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      low = Math.imul(low ^ unit, PRIME);
      high = Math.imul(high ^ unit, OTHER_PRIME) ^ (high >>> 15);
    }
    // so that no two texts run together
    low = Math.imul(low ^ 0x1f, PRIME);
    high = Math.imul(high ^ 0x1f, OTHER_PRIME);
  }
  return (high & HIGH_BITS) * HIGH + (low >>> 0) + 1;
}
