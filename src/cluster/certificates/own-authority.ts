import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type AuthorityCertificate, bundleOf, isValid, trusted } from '../../core/certificates/authority.ts';
import { nextStep, type StandingAuthorities, type Step } from '../../core/certificates/next-step.ts';
import { Backoff } from '../backoff.ts';
import type { OwnerReference } from '../owner-reference.ts';
import type { ServerClock } from '../server-clock.ts';
import { ToldOnce } from '../told-once.ts';
import type { KubeTransport } from '../transport.ts';
import type { AuthorityChanges } from './authority-changes.ts';
import { AuthoritySecret, isOwnedBy } from './authority-secret.ts';
import { AuthoritySteps } from './authority-steps.ts';
import type { CertificateSource } from './certificate-source.ts';
import type { LeafRequest } from './issue.ts';
import { OwnLeaf } from './own-leaf.ts';
import { readAuthorities } from './read-authorities.ts';
import { Settling } from './settling.ts';
import type { TrustSource } from './trust-source.ts';
import { WatchedValue } from './watched-value.ts';

export interface OwnAuthorityOptions {
  readonly transport: KubeTransport;
  /** The API server's, told by every answer that the transport receives. */
  readonly clock: ServerClock;
  readonly namespace: string;
  /** Name of the Secret. */
  readonly name: string;
  /** Reads whom the Secret belongs to. */
  readonly owner: () => Promise<OwnerReference>;
  /** What the API server calls this server. */
  readonly names: LeafRequest['names'];
  readonly leafLifetimeMs: number;
  readonly settleMs: number;
  readonly log: Logger;
  readonly metrics: AuthorityChanges & {
    /** The serving certificate, and the authority that signs. */
    readonly certificate: { loaded(notAfter: Date): void; reloaded(result: 'renewed' | 'failed'): void };
    signs(until: Date): void;
  };
  /** Milliseconds of a clock that never runs backwards. */
  readonly elapsedMs: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

// a watch can be lost without a sign
const RECHECK_MS = 300_000;

/**
 * Certificates of one's own: an authority that all replicas share through a Secret, and a leaf that each of them signs for itself. There
 * is no leader: whoever sees that something is to be done does it, and of several the first write counts.
 */
export class OwnAuthority {
  readonly certificate: CertificateSource;
  readonly trust: TrustSource;
  readonly #options: OwnAuthorityOptions;
  readonly #stop = new AbortController();
  readonly #secret: AuthoritySecret;
  readonly #settling: Settling;
  readonly #leaf: OwnLeaf;
  readonly #bundle = new WatchedValue<string>();
  readonly #steps: AuthoritySteps;
  readonly #faults = new ToldOnce();
  #trusted: readonly AuthorityCertificate[] = [];
  #wake = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: OwnAuthorityOptions) {
    const { transport, namespace, name, elapsedMs, random, log, settleMs, names, leafLifetimeMs } = options;
    const { signal } = this.#stop;
    this.#options = options;
    this.#secret = new AuthoritySecret({ transport, namespace, name, signal });
    this.#settling = new Settling({ transport, signal, settleMs, elapsedMs, log });
    this.#leaf = new OwnLeaf({ names, lifetimeMs: leafLifetimeMs, random });
    this.#steps = new AuthoritySteps({
      ...options,
      secret: this.#secret,
      signal,
      leafServedMs: leafLifetimeMs + settleMs,
    });
    const bundle = this.#bundle;
    this.certificate = this.#leaf;
    this.trust = {
      get current() {
        return bundle.current;
      },
      onChanged: (listener) => bundle.onSet(() => listener()),
    };
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Something may have happened to the Secret: it is looked at now. */
  lookAgain(): void {
    this.#wake.abort();
  }

  /** Ends it; what is served stays. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the authority was stopped'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const backoff = new Backoff(this.#options.random);
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      const waitMs = await this.#look().then(
        (ms) => {
          backoff.reset();
          this.#faults.forget();
          return ms;
        },
        (err: unknown) => {
          this.#failed(err);
          return backoff.nextMs();
        },
      );
      const signal = AbortSignal.any([this.#stop.signal, this.#wake.signal]);
      await sleep(waitMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /**
   * Reads the Secret, uses what can be used of it, and does the one thing that is due.
   * @returns how long nothing else will be due
   */
  async #look(): Promise<number> {
    const { clock } = this.#options;
    const secret = await this.#secret.read();
    const standing = secret && readAuthorities(secret);
    const nowMs = clock.nowMs();
    const inUse = standing?.current && isValid(standing.current.certificate, nowMs) ? standing.current : undefined;
    if (standing !== undefined && inUse !== undefined) await this.#use({ ...standing, current: inUse }, nowMs);
    const step = nextStep(standing, {
      nowMs,
      nextSettled: standing?.next !== undefined && this.#settling.isSettled(standing.next.certificate.pem),
      knewAuthorities: this.#trusted.length > 0,
    });
    const owner = await this.#options.owner();
    const adopted = secret === undefined || isOwnedBy(secret, owner);
    if (step.kind === 'stand' && adopted) return this.#pauseMs(step.untilMs - nowMs);
    const due: Step = step.kind === 'stand' ? { kind: 'mend' } : step;
    return await this.#steps.carryOut({ step: due, secret, standing, owner, trusted: this.#trusted });
  }

  /** Publishes what is trusted, and then keeps the leaf. */
  async #use(authorities: StandingAuthorities & Parameters<typeof bundleOf>[0], nowMs: number): Promise<void> {
    const { current, next } = authorities;
    const { log, metrics } = this.#options;
    const { pem, notAfterMs } = current.certificate;
    const bundle = bundleOf(authorities);
    this.#trusted = trusted(authorities);
    metrics.signs(new Date(notAfterMs));
    if (bundle !== this.#bundle.current) this.#bundle.set(bundle);

    const isReplaced = this.#leaf.issuer !== undefined && this.#leaf.issuer !== pem;
    await this.#settling.look([...(next ? [next.certificate.pem] : []), ...(isReplaced ? [pem] : [])]);
    const signed = await this.#leaf.keep({
      nowMs,
      authority: { certificate: pem, key: current.key },
      authoritySettled: this.#settling.isSettled(pem),
      trusted: this.#trusted.map((certificate) => certificate.pem),
    });
    const pair = this.#leaf.current;
    if (!signed || pair === undefined) return;
    metrics.certificate.loaded(pair.notAfter);
    metrics.certificate.reloaded('renewed');
    log.info({ notAfter: pair.notAfter }, 'a serving certificate was signed');
  }

  /** At least a moment, at most until the next look without a cause. */
  #pauseMs(dueMs: number): number {
    const { clock, random, settleMs } = this.#options;
    const leafDueMs = this.#leaf.renewAtMs - clock.nowMs();
    const recheckMs = RECHECK_MS * (0.75 + random() / 2);
    const settlingMs = this.#settling.isWatching ? Math.min(5_000, Math.max(250, settleMs / 4)) : recheckMs;
    return Math.max(100, Math.min(dueMs, leafDueMs, recheckMs, settlingMs));
  }

  /** The log tells of a fault that stays once, the metrics go on telling. */
  #failed(err: unknown): void {
    if (this.#stop.signal.aborted) return;
    const { log, metrics } = this.#options;
    metrics.certificate.reloaded('failed');
    if (!this.#faults.isNews(err)) return;
    const consequence = this.#leaf.current
      ? 'what is served stays in service'
      : 'no connection can be served until then';
    log.error(
      { err, secret: this.#secret.place },
      `cannot keep the certificates: ${consequence}; trying again until it works`,
    );
  }
}
