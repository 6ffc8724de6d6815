import type { PeerFeeds } from '../../cluster/feed-peers/peer-feeds.ts';
import type { DecisionRecord } from '../../core/api/decision-record.ts';
import { countedVerdicts } from '../../core/dashboard/feed/feed-pages.ts';
import { FeedRing } from '../../core/dashboard/feed/feed-ring.ts';
import type { Overview } from '../../core/dashboard/overview.ts';
import type { Reading } from '../../core/dashboard/page-of.ts';
import type { RecordSink } from '../../telemetry/record-sink.ts';

/** The last decisions of this replica, and copies of those of the others. */
export class DecisionFeed implements RecordSink {
  readonly own: FeedRing;
  readonly #since: Date;
  readonly #now: () => Date;
  readonly #peers: PeerFeeds | undefined;
  readonly #listeners = new Set<() => void>();

  /** @param run unlike that of any other run of any process: small letters and digits */
  constructor(options: { replica: string; run: string; now: () => Date; peers: PeerFeeds | undefined }) {
    const { replica, run, now, peers } = options;
    this.own = new FeedRing(replica, run);
    this.#now = now;
    this.#since = now();
    this.#peers = peers;
  }

  write(record: DecisionRecord): void {
    // nothing came of it
    if (record.dryRun) return;
    this.own.add(record, this.#now().getTime());
    for (const listener of this.#listeners) listener();
  }

  flush = async (): Promise<void> => {};

  get rings(): readonly FeedRing[] {
    return [this.own, ...(this.#peers?.rings ?? [])];
  }

  /** How many other replicas were asked last. */
  get others(): number {
    return this.#peers?.asked ?? 0;
  }

  get remarks(): Reading['remarks'] {
    return this.#peers?.remarks ?? [];
  }

  verdicts(): Overview['verdicts'] {
    return countedVerdicts(this.rings, this.#since);
  }

  /** Copies what is new of other replicas. Never rejects. */
  async lookAtPeers(): Promise<void> {
    await this.#peers?.look();
  }

  /** Calls `listener` for each decision of this replica; the function that comes back ends that. */
  onDecision(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#peers?.close();
  }
}
