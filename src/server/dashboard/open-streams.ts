import type { DecisionFeed } from './decision-feed.ts';
import type { FeedStream } from './feed-stream.ts';
import type { DashboardLimits } from './limits.ts';
import { Refused } from './refusals.ts';

export interface OpenStreamsOptions {
  readonly feed: DecisionFeed;
  readonly limits: DashboardLimits;
  /** Told how many are open. */
  readonly onChange: (open: number) => void;
}

interface Open {
  readonly stream: FeedStream;
  readonly reader: string;
  /** Looks at the rights of its reader again; resolves with false when the stream has to end. */
  readonly mayGoOn: () => Promise<boolean>;
}

// a burst of decisions is sent at once
const SEND_EVERY_MS = 100;

/** The streams that are open: what is new is sent to all of them, and other replicas are asked while there is any. */
export class OpenStreams {
  readonly #options: OpenStreamsOptions;
  readonly #open = new Set<Open>();
  #stopListening: (() => void) | undefined;
  #sending: NodeJS.Timeout | undefined;
  #timers: readonly NodeJS.Timeout[] = [];
  #isClosed = false;

  constructor(options: OpenStreamsOptions) {
    this.#options = options;
  }

  /** @throws Refused 429 when too many are open, 503 when the process ends */
  demandRoom(reader: string): void {
    const { maxFeeds, maxFeedsOfReader } = this.#options.limits;
    if (this.#isClosed) throw new Refused(503, 'This replica is ending.', 'Another one answers in a moment.');
    const own = [...this.#open].filter((one) => one.reader === reader).length;
    if (own >= maxFeedsOfReader)
      throw new Refused(429, `You have ${own} streams open already.`, 'Close a page of decisions, then try again.');
    if (this.#open.size >= maxFeeds)
      throw new Refused(
        429,
        `${maxFeeds} streams are open already.`,
        'Try again in a moment, or reload the page now and then.',
      );
  }

  /** Sends decisions to a stream until it closes. Call `demandRoom` before, in the same turn. */
  add(open: Open): void {
    this.#open.add(open);
    if (this.#open.size === 1) this.#begin();
    this.#options.onChange(this.#open.size);
    open.stream.once('close', () => {
      this.#open.delete(open);
      if (this.#open.size === 0) this.#pause();
      this.#options.onChange(this.#open.size);
    });
    open.stream.sendNew();
  }

  /** Ends every stream, and lets none begin. */
  close(): void {
    this.#isClosed = true;
    for (const { stream } of this.#open) stream.end();
    this.#pause();
  }

  #begin(): void {
    const { feed, limits } = this.#options;
    const send = () => {
      this.#sending = undefined;
      for (const { stream } of this.#open) stream.sendNew();
    };
    const soon = () => {
      this.#sending ??= setTimeout(send, SEND_EVERY_MS);
    };
    this.#stopListening = feed.onDecision(soon);
    this.#timers = [
      setInterval(() => void feed.lookAtPeers().then(soon), limits.peersMs),
      setInterval(() => this.#beat(), limits.heartbeatMs),
    ];
  }

  #beat(): void {
    for (const { stream, mayGoOn } of this.#open) {
      stream.beat();
      // where nobody can say it, what was allowed last holds until the next time
      void mayGoOn().then(
        (may) => (may ? undefined : stream.end()),
        () => {},
      );
    }
  }

  #pause(): void {
    this.#stopListening?.();
    clearTimeout(this.#sending);
    this.#sending = undefined;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }
}
