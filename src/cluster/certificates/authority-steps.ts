import type { Logger } from 'pino';
import { afterStep, needsAuthority } from '../../core/certificates/after-step.ts';
import type { AuthorityCertificate } from '../../core/certificates/authority.ts';
import { AUTHORITY_LIFETIME_MS, type StandingAuthorities, type Step } from '../../core/certificates/next-step.ts';
import { Backoff } from '../backoff.ts';
import type { OwnerReference } from '../owner-reference.ts';
import { RepairPace } from '../registration/repair-pace.ts';
import type { ServerClock } from '../server-clock.ts';
import type { KubeTransport } from '../transport.ts';
import { type AuthorityChanges, tellStep } from './authority-changes.ts';
import type { AuthoritySecret, Secret } from './authority-secret.ts';
import { registeredCertificates } from './bundle-in-force.ts';
import { issueAuthority } from './issue.ts';
import { authoritiesOf, authorityCertificate } from './read-authorities.ts';

export interface AuthorityStepsOptions {
  readonly secret: AuthoritySecret;
  readonly transport: KubeTransport;
  readonly signal: AbortSignal;
  /** The API server's. */
  readonly clock: ServerClock;
  /** How long a leaf that was signed just now can still be served. */
  readonly leafServedMs: number;
  readonly log: Logger;
  readonly metrics: AuthorityChanges;
  /** Milliseconds of a clock that never runs backwards. */
  readonly elapsedMs: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** What was read, and what is to be done about it. */
export interface DueStep {
  readonly step: Step;
  readonly secret: Secret | undefined;
  readonly standing: StandingAuthorities | undefined;
  readonly owner: OwnerReference;
  /** What this process has trusted until now. */
  readonly trusted: readonly AuthorityCertificate[];
}

// somebody who breaks the Secret again and again: soon one repair a minute
const REPAIR_PAUSES = { baseMs: 1_000, capMs: 60_000 };

// "absent" is how every installation begins
const REPAIRS: ReadonlySet<string> = new Set(['deleted', 'broken', 'expired']);

/** Carries out steps on the Secret of the authorities, repairs at a pace. */
export class AuthoritySteps {
  readonly #options: AuthorityStepsOptions;
  readonly #pace: RepairPace;

  constructor(options: AuthorityStepsOptions) {
    this.#options = options;
    this.#pace = new RepairPace(new Backoff(options.random, REPAIR_PAUSES), options.elapsedMs);
  }

  /**
   * Carries the step out, unless it is a repair too soon after another.
   * @returns how long to wait before the Secret is read again; 0: whatever was written, by us or by somebody faster
   * @throws as `AuthoritySecret.write`
   */
  async carryOut({ step, secret: read, standing, owner, trusted }: DueStep): Promise<number> {
    const { secret, clock, leafServedMs, log, metrics } = this.#options;
    const faults = standing?.faults ?? [];
    const isRepair = 'cause' in step ? REPAIRS.has(step.cause) : faults.length > 0;
    if (isRepair && this.#pace.waitMs() > 0) return this.#pace.waitMs();
    const nowMs = clock.nowMs();
    const after = afterStep(step, standing, {
      nowMs,
      trustedBefore: step.kind === 'issue' ? [...trusted, ...(await this.#registered())] : trusted,
      leafServedMs,
      ...(needsAuthority(step) ? { issued: await freshAuthority(nowMs) } : {}),
    });
    if (!(await secret.write(read, after, owner))) return 0;
    if (isRepair) this.#pace.repaired();
    tellStep(step, { faults, secret: secret.place, isRepair }, log, metrics);
    return 0;
  }

  /**
   * What the API server trusts already: other replicas may serve certificates of it, also some that come from files while the mode
   * is changed.
   */
  async #registered(): Promise<readonly AuthorityCertificate[]> {
    const { transport, signal, log } = this.#options;
    try {
      return authoritiesOf(await registeredCertificates(transport, signal));
    } catch (err) {
      log.warn({ err }, CANNOT_SAVE);
      return [];
    }
  }
}

const CANNOT_SAVE =
  'cannot read what the API server trusts; what other replicas serve may be refused until it trusts the new authority';

async function freshAuthority(nowMs: number) {
  const lifetimeMs = AUTHORITY_LIFETIME_MS;
  const issued = await issueAuthority({ commonName: 'pillion authority', now: new Date(nowMs), lifetimeMs });
  return { certificate: authorityCertificate(issued.certificate), key: issued.key };
}
