import type { DecisionRecord } from '../../api/decision-record.ts';

/** A decision as a ring holds it. */
export interface HeldDecision {
  /** Counts from 1 within the run of one process. */
  readonly sequence: number;
  /** When it came in, in milliseconds since 1970. */
  readonly atMs: number;
  readonly record: DecisionRecord;
}

export interface RingBounds {
  readonly records: number;
  /** Of the records as JSON. */
  readonly bytes: number;
}

// a record of an ordinary pod is 1 to 2 KB; in memory it takes about three times as much
const RING_BOUNDS: RingBounds = { records: 2_000, bytes: 4 * 1024 * 1024 };

/** The last decisions of one run of one replica, the oldest first. What is over the bounds is forgotten, the oldest first. */
export class FeedRing {
  readonly replica: string;
  /** Unlike that of any other run of any process. */
  readonly run: string;
  readonly #bounds: RingBounds;
  #held: (HeldDecision & { readonly bytes: number })[] = [];
  #bytes = 0;
  #last = 0;

  constructor(replica: string, run: string, bounds = RING_BOUNDS) {
    this.replica = replica;
    this.run = run;
    this.#bounds = bounds;
  }

  /** The sequence of the last decision, also of one that is forgotten; 0 before the first one. */
  get last(): number {
    return this.#last;
  }

  get all(): readonly HeldDecision[] {
    return this.#held;
  }

  /** What came after this sequence and is still there. */
  after(sequence: number): readonly HeldDecision[] {
    // nearly always few are new
    let from = this.#held.length;
    while (from > 0 && (this.#held[from - 1]?.sequence ?? 0) > sequence) from -= 1;
    return this.#held.slice(from);
  }

  /** Adds a decision that was made here. */
  add(record: DecisionRecord, atMs: number): HeldDecision {
    const held = { sequence: this.#last + 1, atMs, record };
    this.put(held);
    return held;
  }

  /** Adds one that has its sequence already; what is not newer than the last one is passed over. */
  put({ sequence, atMs, record }: HeldDecision): void {
    if (sequence <= this.#last) return;
    this.#last = sequence;
    const bytes = JSON.stringify(record).length;
    // one that is larger than all others together is told by the log alone
    if (bytes > this.#bounds.bytes) return;
    this.#held.push({ sequence, atMs, record, bytes });
    this.#bytes += bytes;
    let gone = 0;
    while (this.#held.length - gone > this.#bounds.records || this.#bytes > this.#bounds.bytes) {
      this.#bytes -= this.#held[gone]?.bytes ?? 0;
      gone += 1;
    }
    if (gone > 0) this.#held = this.#held.slice(gone);
  }
}
