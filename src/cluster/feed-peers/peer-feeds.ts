import type { Remark } from '../../core/dashboard/document.ts';
import { FeedRing } from '../../core/dashboard/feed/feed-ring.ts';
import { dashboardPods } from '../dashboard-access/ready-pods.ts';
import type { HttpTransport } from '../transport.ts';
import { type PeerAddress, PeerCalls, PeerNotReached, type PeerTrust } from './feed-of-peer.ts';

export interface PeerFeedsOptions {
  readonly transport: HttpTransport;
  /** Where the pods of the installation are. */
  readonly namespace: string;
  /** The name of this pod, which is not asked. */
  readonly replica: string;
  /** Below it each replica tells what it decided itself. */
  readonly path: string;
  /** What the API server has to trust for this installation; undefined where nobody said it. */
  readonly authority: () => string | undefined;
  /** The name that every replica serves. */
  readonly servedAs: string;
  readonly elapsedMs: () => number;
}

// a rollout leaves those of replicas that are gone
const MOST_RINGS = 12;
const MOST_PAGES = 20;
const PODS_KEPT_MS = 10_000;
const PODS_WITHIN_MS = 5_000;

const LOOK = 'It is asked again; look at the pods of Pillion, and at pillion doctor.';

/** What other replicas decided, copied when somebody looks. */
export class PeerFeeds {
  readonly #options: PeerFeedsOptions;
  readonly #calls = new PeerCalls();
  /** By run, the one that was asked last at the end. */
  readonly #rings = new Map<string, FeedRing>();
  readonly #runOf = new Map<string, string>();
  #pods: { readonly peers: readonly PeerAddress[]; readonly untilMs: number } | undefined;
  #looking: Promise<void> | undefined;
  #remarks: readonly Remark[] = [];

  constructor(options: PeerFeedsOptions) {
    this.#options = options;
  }

  get rings(): readonly FeedRing[] {
    return [...this.#rings.values()];
  }

  /** How many replicas there were at the last look. */
  get asked(): number {
    return this.#pods?.peers.length ?? 0;
  }

  /** Which replicas were not reached at the last look. */
  get remarks(): readonly Remark[] {
    return this.#remarks;
  }

  close(): void {
    this.#calls.close();
  }

  /** Asks every replica for what is new; one look at a time. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    try {
      const peers = await this.#peers();
      const trust = peers.length === 0 ? undefined : await this.#trust();
      const told = await Promise.all(peers.map((peer) => (trust === undefined ? UNPROVEN : this.#ask(peer, trust))));
      this.#remarks = told.filter((remark) => remark !== undefined).slice(0, peers.length);
      if (trust === undefined && this.#remarks.length > 1) this.#remarks = this.#remarks.slice(0, 1);
    } catch (error) {
      const what = `Which other replicas there are could not be read: ${(error as Error).message}`;
      this.#remarks = [{ what, next: LOOK }];
    }
  }

  async #peers(): Promise<readonly PeerAddress[]> {
    const { transport, namespace, replica, elapsedMs } = this.#options;
    if (this.#pods !== undefined && elapsedMs() < this.#pods.untilMs) return this.#pods.peers;
    const { ready } = await dashboardPods(transport, namespace, AbortSignal.timeout(PODS_WITHIN_MS));
    const peers = ready
      .filter(({ name }) => name !== replica)
      .flatMap(({ name, address, port }) => (address === undefined ? [] : [{ name, host: address, port }]))
      .slice(0, MOST_RINGS);
    this.#pods = { peers, untilMs: elapsedMs() + PODS_KEPT_MS };
    return peers;
  }

  /** Undefined where there is nothing by which a replica could prove itself, or we to it. */
  async #trust(): Promise<PeerTrust | undefined> {
    const { transport, authority, servedAs } = this.#options;
    const { headers = {} } = await transport.credentials();
    const [, token] = /^Bearer (\S+)$/.exec(String((headers as Record<string, unknown>).Authorization ?? '')) ?? [];
    const trusted = authority();
    return token === undefined || trusted === undefined ? undefined : { authority: trusted, name: servedAs, token };
  }

  async #ask(peer: PeerAddress, trust: PeerTrust): Promise<Remark | undefined> {
    const { path } = this.#options;
    try {
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const run = this.#runOf.get(peer.name);
        const after = (run !== undefined && this.#rings.get(run)?.last) || 0;
        const query = new URLSearchParams({ after: `${run ?? '0'}.${after}` });
        const feed = await this.#calls.feedOf(peer, `${path}?${query}`, trust);
        const ring = this.#ringOf(peer, feed.run);
        for (const held of feed.entries) ring.put(held);
        if (!feed.more) break;
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof PeerNotReached)) throw error;
      return { what: `What the replica ${peer.name} decided is missing: ${error.message}.`, next: LOOK };
    }
  }

  #ringOf({ name }: PeerAddress, run: string): FeedRing {
    const ring = this.#rings.get(run) ?? new FeedRing(name, run);
    this.#runOf.set(name, run);
    this.#rings.delete(run);
    this.#rings.set(run, ring);
    const [oldest] = this.#rings.keys();
    if (this.#rings.size > MOST_RINGS && oldest !== undefined) this.#rings.delete(oldest);
    if (this.#runOf.size > 4 * MOST_RINGS) this.#runOf.clear();
    return ring;
  }
}

const UNPROVEN: Remark = {
  what: 'What other replicas decided is missing: nothing says by which authority they prove themselves, or there is no token for them.',
  next: 'Run Pillion in a pod, with --ca or --self-signed.',
};
