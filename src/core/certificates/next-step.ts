import { type Authorities, type AuthorityCertificate, isValid, type SigningAuthority } from './authority.ts';

/** What the Secret holds: what can be used of it, and what cannot. */
export interface StandingAuthorities extends Omit<Authorities, 'current'> {
  readonly current: SigningAuthority | undefined;
  /** Certificates whose own key is missing or another's: they cannot sign, and what they have signed may be served. */
  readonly keyless: readonly AuthorityCertificate[];
  /** What cannot be used, in words. */
  readonly faults: readonly string[];
  /** Whether `ca.crt` is the bundle of what is trusted. */
  readonly bundleStands: boolean;
  /** Whether somebody has asked for a rotation. */
  readonly rotationAsked: boolean;
}

/** What the judgement depends on beside the Secret. */
export interface Circumstances {
  /** The API server's time. */
  readonly nowMs: number;
  /** Whether every registered webhook has trusted the next authority for long enough. */
  readonly nextSettled: boolean;
  /** Whether this process has known authorities before. */
  readonly knewAuthorities: boolean;
}

/** Why nothing that stands can sign: there never was anything, it was deleted, it cannot be used, or its time is over (or not yet come). */
export type LossCause = 'absent' | 'deleted' | 'broken' | 'expired';

/** What is to be done about the Secret next; `stand`: nothing, until something changes or `untilMs`. */
export type Step =
  | { readonly kind: 'stand'; readonly untilMs: number }
  | { readonly kind: 'issue'; readonly cause: LossCause }
  | { readonly kind: 'add-next'; readonly cause: 'ending' | 'asked' }
  | { readonly kind: 'promote'; readonly cause: 'settled' | LossCause }
  | { readonly kind: 'drop-previous' }
  | { readonly kind: 'mend' };

const DAY_MS = 86_400_000;

/**
 * How long an authority lasts. Nothing outside the cluster trusts it and it is replaced without anybody's help, so a year only has to be far longer than what
 * a cluster may be switched off for.
 */
export const AUTHORITY_LIFETIME_MS = 365 * DAY_MS;

/**
 * So long before its end the next one is made: as long as the longest leaf, which then never has to end early, and long enough for
 * an alert on the expiry to be read twice.
 */
const AUTHORITY_RENEWED_BEFORE_MS = 30 * DAY_MS;

/**
 * The one thing to do next so that there is always an authority that signs and whatever it has signed is trusted. Every replica
 * comes to the same answer from the same Secret, and the write that is first counts.
 */
export function nextStep(standing: StandingAuthorities | undefined, circumstances: Circumstances): Step {
  const { nowMs, nextSettled, knewAuthorities } = circumstances;
  if (standing === undefined) return { kind: 'issue', cause: knewAuthorities ? 'deleted' : 'absent' };
  const { current, next } = standing;
  const nextHolds = next !== undefined && isValid(next.certificate, nowMs);
  if (current === undefined) return { kind: nextHolds ? 'promote' : 'issue', cause: 'broken' };
  const { certificate } = current;
  if (!isValid(certificate, nowMs)) return { kind: nextHolds ? 'promote' : 'issue', cause: 'expired' };
  // the annotation is taken away by whatever is written
  if (standing.faults.length > 0 || (next !== undefined && !nextHolds)) return { kind: 'mend' };
  if (next === undefined) {
    if (standing.rotationAsked) return { kind: 'add-next', cause: 'asked' };
    if (certificate.notAfterMs - nowMs <= AUTHORITY_RENEWED_BEFORE_MS) return { kind: 'add-next', cause: 'ending' };
  } else if (nextSettled) return { kind: 'promote', cause: 'settled' };
  if (standing.rotationAsked) return { kind: 'mend' };
  const previousEndsMs = endOfPrevious(standing);
  if (previousEndsMs <= nowMs) return { kind: 'drop-previous' };
  if (!standing.bundleStands) return { kind: 'mend' };
  return { kind: 'stand', untilMs: Math.min(previousEndsMs, nextTurnMs(certificate, next)) };
}

/** When nothing is served any more that a previous authority has signed. */
function endOfPrevious({ previous, previousUntilMs }: StandingAuthorities): number {
  if (previous.length === 0) return Number.POSITIVE_INFINITY;
  const lastEndsMs = Math.max(...previous.map(({ notAfterMs }) => notAfterMs));
  return Math.min(previousUntilMs ?? lastEndsMs, lastEndsMs);
}

function nextTurnMs(current: AuthorityCertificate, next: SigningAuthority | undefined): number {
  if (next === undefined) return current.notAfterMs - AUTHORITY_RENEWED_BEFORE_MS;
  return Math.min(current.notAfterMs, next.certificate.notAfterMs);
}
