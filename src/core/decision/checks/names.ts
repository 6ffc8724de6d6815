import type { DenyReason, SkipReason } from '../reasons.ts';
import type { Check } from '../subject.ts';
import { DENY_CHECKS, SKIP_CHECKS } from './index.ts';

/** A check under the name by which people are told of it. */
export interface NamedCheck<R extends SkipReason | DenyReason> {
  readonly name: string;
  readonly check: Check<R>;
}

// most are named as what they find; one finds four things
const SKIP_NAMES = [
  'mirror-pod',
  'windows-pod',
  'host-network',
  'namespace-protected',
  'namespace-closed',
  'already-injected',
  'excluded',
  'stage-not-open',
  'other-injector',
] as const;

const DENY_NAMES = [
  'invalid-annotation',
  'override-forbidden',
  'override-out-of-bounds',
  'uid-conflict',
  'port-conflict',
  'sidecar-impersonation',
  'pod-security-forbids',
  'job-needs-native-sidecar',
  'probe-not-rewritable',
  'rendered-pod-invalid',
  'rendered-config-too-large',
] as const satisfies readonly DenyReason[];

const named = <R extends SkipReason | DenyReason>(
  checks: readonly Check<R>[],
  names: readonly string[],
): readonly NamedCheck<R>[] => checks.map((check, index) => ({ name: names[index] ?? '', check }));

/** The checks in their order, each under its name. */
export const NAMED_SKIP_CHECKS: readonly NamedCheck<SkipReason>[] = named(SKIP_CHECKS, SKIP_NAMES);
export const NAMED_DENY_CHECKS: readonly NamedCheck<DenyReason>[] = named(DENY_CHECKS, DENY_NAMES);
