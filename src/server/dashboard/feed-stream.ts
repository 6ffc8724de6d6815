import { Readable } from 'node:stream';
import type { DecisionRecord } from '../../core/api/decision-record.ts';
import {
  entryOf,
  type FeedPosition,
  MOST_RUNS,
  positionText,
  startIn,
} from '../../core/dashboard/feed/feed-position.ts';
import type { FeedRing, HeldDecision } from '../../core/dashboard/feed/feed-ring.ts';
import type { DecisionFeed } from './decision-feed.ts';

/** A stream was ended because its reader is too slow; it goes on behind the last event that was read. */
class SlowReader extends Error {}

export interface FeedStreamOptions {
  readonly feed: Pick<DecisionFeed, 'rings'>;
  /** What comes behind it is sent. */
  readonly position: FeedPosition;
  readonly matches: (record: DecisionRecord) => boolean;
  readonly maxWaitingBytes: number;
}

// how long a browser waits before it comes back
const RETRY = 'retry: 2000';

/**
 * Decisions as server-sent events. The id of each says for every replica up to where its decisions were sent. The first thing that is sent is the
 * id where it begins, so that a reader whose stream breaks before the first decision misses none.
 */
export class FeedStream extends Readable {
  readonly #feed: FeedStreamOptions['feed'];
  readonly #maxWaitingBytes: number;
  /** Up to where it was sent. */
  readonly #position: FeedPosition;
  /** By run; also of runs that this replica has not heard of (yet). */
  readonly #sent: Map<string, number>;
  #matches: FeedStreamOptions['matches'];
  #isFull = false;
  #wasFull = false;
  #hasEnded = false;

  constructor({ feed, position, matches, maxWaitingBytes }: FeedStreamOptions) {
    super({ highWaterMark: maxWaitingBytes });
    this.#feed = feed;
    this.#matches = matches;
    this.#maxWaitingBytes = maxWaitingBytes;
    this.#sent = new Map(position.runs);
    this.#position = { ...position, runs: this.#sent };
    this.#noteRuns();
    this.push(`id: ${this.#id}\n${RETRY}\n\n`);
  }

  override _read(): void {
    this.#isFull = false;
    setImmediate(() => this.sendNew());
  }

  /** From now on other decisions are sent, as of a reader whose rights have changed. */
  filterBy(matches: FeedStreamOptions['matches']): void {
    this.#matches = matches;
  }

  /** Sends what has come in since the last time, as much as the reader takes; the rest waits in the rings. */
  sendNew(): void {
    if (!this.#isOpen) return;
    this.#noteRuns();
    const waiting = this.#feed.rings.map((ring) => ({ ring, waiting: ring.after(this.#sent.get(ring.run) ?? 0) }));
    for (const { ring, held } of inOrder(waiting)) {
      if (this.readableLength >= this.#maxWaitingBytes) {
        this.#isFull = true;
        return;
      }
      this.#sent.set(ring.run, held.sequence);
      if (!this.#matches(held.record)) continue;
      this.push(`id: ${this.#id}\ndata: ${JSON.stringify(entryOf(ring, held))}\n\n`);
    }
  }

  /** Says that it is alive; cuts a reader that has taken nothing since the last beat although it was full then. */
  beat(): void {
    if (!this.#isOpen) return;
    if (!this.#isFull) this.push(': still here\n\n');
    else if (this.#wasFull) this.destroy(new SlowReader('the reader of the stream is too slow'));
    this.#wasFull = this.#isFull;
  }

  end(): void {
    if (this.#isOpen) this.push(null);
    this.#hasEnded = true;
  }

  /** Says of each run that is here where it goes on, and forgets the oldest of those that ended long ago. */
  #noteRuns(): void {
    const { rings } = this.#feed;
    for (const ring of rings) this.#sent.set(ring.run, startIn(ring, this.#position));
    const here = new Set(rings.map(({ run }) => run));
    for (const run of this.#sent.keys()) {
      if (this.#sent.size <= MOST_RUNS) return;
      if (!here.has(run)) this.#sent.delete(run);
    }
  }

  get #id(): string {
    return positionText(this.#position);
  }

  get #isOpen(): boolean {
    return !this.destroyed && !this.#hasEnded;
  }
}

interface Waiting {
  readonly ring: FeedRing;
  readonly waiting: readonly HeldDecision[];
}

/** By time; those of one ring as they came. */
function* inOrder(rings: readonly Waiting[]): Generator<{ readonly ring: FeedRing; readonly held: HeldDecision }> {
  const next = rings.map(() => 0);
  for (;;) {
    let first: { readonly at: number; readonly ring: FeedRing; readonly held: HeldDecision } | undefined;
    for (const [at, { ring, waiting }] of rings.entries()) {
      const held = waiting[next[at] ?? 0];
      if (held !== undefined && (first === undefined || held.atMs < first.held.atMs)) first = { at, ring, held };
    }
    if (first === undefined) return;
    next[first.at] = (next[first.at] ?? 0) + 1;
    yield first;
  }
}
