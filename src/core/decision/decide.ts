import type { Problem } from '../problem/problem.ts';
import { DENY_CHECKS, SKIP_CHECKS } from './checks/index.ts';
import { excesses } from './guardrails.ts';
import { type Hint, hintUnder } from './hints.ts';
import { nearMisses } from './near-misses.ts';
import { consentOf } from './opt-in/consent.ts';
import { CLOSED_NAMESPACE } from './opt-in/rules.ts';
import type { Reason, Verdict } from './reasons.ts';
import type { Check, Finding, Subject } from './subject.ts';

/** The answer to "does this pod get a sidecar", with everything that explains it. */
export interface Decision {
  readonly verdict: Exclude<Verdict, 'error'>;
  readonly reason: Reason;
  /** JSON pointer into the policy that decided; empty when no rule of the policy was needed. */
  readonly rule: string;
  /** Further reasons that hold as well. */
  readonly also: readonly Reason[];
  readonly hints: readonly Hint[];
  readonly problems: readonly Problem[];
}

/**
 * Decides about one pod. A check that finds something leaves the pod alone; otherwise the pod’s own word counts; a pod that
 * is to be injected may still be refused. The first finding is the reason, the others are told under `also`.
 */
export function decide(subject: Subject): Decision {
  const standing = findings(SKIP_CHECKS, subject);
  const hints = nearMisses(
    subject,
    standing.some(({ reason }) => !CLOSED_NAMESPACE.has(reason)),
  );
  const consent = consentOf(subject.pod, subject.policy);
  const [first, ...others] = [...standing, ...(consent.verdict === 'skip' ? [consent] : [])];
  if (first !== undefined) {
    const also = others.map(({ reason }) => reason);
    const asked = consent.verdict === 'inject' ? [consent.reason] : [];
    return { verdict: 'skip', reason: first.reason, rule: first.rule, also: [...also, ...asked], hints, problems: [] };
  }
  const { reason, rule } = consent;
  const refusals = findings(DENY_CHECKS, subject);
  const refusal = refusals[0];
  const told = [...hints, ...toleratedExcesses(subject)];
  if (refusal === undefined) return { verdict: 'inject', reason, rule, also: [], hints: told, problems: [] };
  return {
    verdict: 'deny',
    reason: refusal.reason,
    rule: refusal.rule,
    also: [...refusals.slice(1).map((other) => other.reason), reason],
    hints: told,
    problems: refusals.flatMap(({ problems = [] }) => problems),
  };
}

// a policy that does not refuse an excess tells it, aloud or in the record only
function toleratedExcesses(subject: Subject): Hint[] {
  const { others } = subject.policy.spec.overrides;
  if (others === 'Deny') return [];
  return excesses(subject).map(({ message }) => hintUnder(others, 'override-beyond-policy', message));
}

function findings<R extends Finding['reason']>(checks: readonly Check<R>[], subject: Subject): Finding<R>[] {
  const found: Finding<R>[] = [];
  for (const check of checks) {
    const finding = check(subject);
    if (finding !== undefined) found.push(finding);
  }
  return found;
}
