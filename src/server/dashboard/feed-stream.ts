import { Readable } from 'node:stream';
import type { DecisionRecord } from '../../core/api/decision-record.ts';
import { entryOf, type FeedPosition, heldAfter, positionText } from '../../core/dashboard/feed/feed-position.ts';
import type { FeedRing, HeldDecision } from '../../core/dashboard/feed/feed-ring.ts';
import type { DecisionFeed } from './decision-feed.ts';

/** A stream was ended because its reader is too slow; it goes on behind the last event that was read. */
class SlowReader extends Error {}

export interface FeedStreamOptions {
  readonly feed: DecisionFeed;
  /** What comes behind it is sent. */
  readonly position: FeedPosition;
  readonly matches: (record: DecisionRecord) => boolean;
  readonly maxWaitingBytes: number;
}

// how long a browser waits before it comes back
const RETRY = 'retry: 2000\n\n';

/** Decisions as server-sent events. The id of each says for every replica up to where its decisions were sent. */
export class FeedStream extends Readable {
  readonly #feed: DecisionFeed;
  readonly #maxWaitingBytes: number;
  readonly #position: FeedPosition;
  /** By run, up to where it was sent. */
  readonly #sent = new Map<string, number>();
  #matches: FeedStreamOptions['matches'];
  #isFull = false;
  #wasFull = false;
  #hasEnded = false;

  constructor({ feed, position, matches, maxWaitingBytes }: FeedStreamOptions) {
    super({ highWaterMark: maxWaitingBytes });
    this.#feed = feed;
    this.#matches = matches;
    this.#maxWaitingBytes = maxWaitingBytes;
    this.#position = position;
    this.push(RETRY);
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
    const { rings } = this.#feed;
    for (const ring of rings) if (!this.#sent.has(ring.run)) this.#sent.set(ring.run, this.#startOf(ring));
    for (const { ring, held } of inOrder(rings.map((ring) => ({ ring, waiting: heldAfter(ring, this.#sent) })))) {
      if (this.readableLength >= this.#maxWaitingBytes) {
        this.#isFull = true;
        return;
      }
      this.#sent.set(ring.run, held.sequence);
      if (!this.#matches(held.record)) continue;
      this.push(`id: ${positionText(this.#sent)}\ndata: ${JSON.stringify(entryOf(ring, held))}\n\n`);
    }
  }

  #startOf(ring: FeedRing): number {
    const [first] = heldAfter(ring, this.#position);
    return first === undefined ? ring.last : first.sequence - 1;
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
