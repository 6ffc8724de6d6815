import { Readable } from 'node:stream';
import type { DecisionRecord } from '../../core/api/decision-record.ts';
import { entryOf, type FeedPosition, heldAfter, positionText } from '../../core/dashboard/feed/feed-position.ts';
import type { FeedRing } from '../../core/dashboard/feed/feed-ring.ts';
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

  constructor({ feed, position, matches, maxWaitingBytes }: FeedStreamOptions) {
    super({ highWaterMark: maxWaitingBytes });
    this.#feed = feed;
    this.#matches = matches;
    this.#maxWaitingBytes = maxWaitingBytes;
    this.#position = position;
    this.#write(RETRY);
  }

  override _read(): void {
    // what there is was pushed already
  }

  /** From now on other decisions are sent, as of a reader whose rights have changed. */
  filterBy(matches: FeedStreamOptions['matches']): void {
    this.#matches = matches;
  }

  /** Sends what has come in since the last time. */
  sendNew(): void {
    if (this.destroyed || this.readableEnded) return;
    const { rings } = this.#feed;
    for (const ring of rings) if (!this.#sent.has(ring.run)) this.#sent.set(ring.run, this.#startOf(ring));
    const fresh = rings
      .flatMap((ring) => heldAfter(ring, this.#sent).map((held) => ({ ring, held })))
      .sort((one, other) => one.held.atMs - other.held.atMs);
    for (const { ring, held } of fresh) {
      this.#sent.set(ring.run, held.sequence);
      if (!this.#matches(held.record)) continue;
      const data = JSON.stringify(entryOf(ring, held));
      if (!this.#write(`id: ${positionText(this.#sent)}\ndata: ${data}\n\n`)) return;
    }
  }

  #startOf(ring: FeedRing): number {
    const [first] = heldAfter(ring, this.#position);
    return first === undefined ? ring.last : first.sequence - 1;
  }

  /** Says that it is alive. */
  beat(): void {
    if (!this.destroyed && !this.readableEnded) this.#write(': still here\n\n');
  }

  end(): void {
    if (!this.destroyed && !this.readableEnded) this.push(null);
  }

  #write(text: string): boolean {
    if (this.readableLength > this.#maxWaitingBytes) {
      this.destroy(new SlowReader('the reader of the stream is too slow'));
      return false;
    }
    this.push(text);
    return true;
  }
}
