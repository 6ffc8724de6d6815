import type { WaivableReason } from '../api/policy-exceptions.ts';
import type { ActiveWaiver } from '../policy/exceptions.ts';
import type { Problem } from '../problem/problem.ts';
import { DENY_CHECKS, SKIP_CHECKS } from './checks/index.ts';
import { excesses } from './guardrails.ts';
import { type Hint, hintUnder } from './hints.ts';
import { nearMisses } from './near-misses.ts';
import { type Consent, consentOf } from './opt-in/consent.ts';
import { CLOSED_NAMESPACE } from './opt-in/rules.ts';
import type { DenyReason, Reason, SkipReason, Verdict } from './reasons.ts';
import type { Check, Finding, Marked, Subject } from './subject.ts';

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
  const left = leftAlone(standing, consent);
  if (left !== undefined) {
    const told = [...hints, ...standing.flatMap(({ hints: own = [] }) => own)];
    return { ...left, hints: told, problems: [] };
  }
  const found = findings(DENY_CHECKS, subject);
  const refusals = withoutWaived(found, subject);
  const waived = found.flatMap(({ reason: excused }) => waivedHint(waiverFor(subject, excused), excused));
  return {
    ...admittedOrRefused(consent, refusals),
    hints: [...hints, ...toleratedExcesses(subject), ...waived],
    problems: refusals.flatMap(({ problems = [] }) => problems),
  };
}

/** What is decided, without what explains it further. */
export type Conclusion = Pick<Decision, 'verdict' | 'reason' | 'rule' | 'also'>;

/** That the pod is left alone: for what stands in its way, or by its own word; undefined when it is not. */
export function leftAlone(standing: readonly Finding<SkipReason>[], consent: Consent): Conclusion | undefined {
  const [first, ...others] = [...standing, ...(consent.verdict === 'skip' ? [consent] : [])];
  if (first === undefined) return undefined;
  const asked = consent.verdict === 'inject' ? [consent.reason] : [];
  const also = [...others.map(({ reason }) => reason), ...asked];
  return { verdict: 'skip', reason: first.reason, rule: first.rule, also };
}

/** What becomes of a pod that nothing stands in the way of: it is injected, or refused for the first of these. */
export function admittedOrRefused({ reason, rule }: Consent, refusals: readonly Finding<DenyReason>[]): Conclusion {
  const [refusal, ...others] = refusals;
  if (refusal === undefined) return { verdict: 'inject', reason, rule, also: [] };
  const also = [...others.map((other) => other.reason), reason];
  return { verdict: 'deny', reason: refusal.reason, rule: refusal.rule, also };
}

// a policy that does not refuse an excess tells it, aloud or in the record only
function toleratedExcesses(subject: Subject): Hint[] {
  return excesses(subject).flatMap(({ action, message, waiver }): Hint[] => {
    if (action === 'Deny') return [];
    if (waiver !== undefined) return waivedHint(waiver, message);
    return [hintUnder(action, 'override-beyond-policy', message)];
  });
}

/** The refusals that are waived as a whole; of overrides each excess is waived for itself. */
const WAIVED_WHOLE: ReadonlySet<string> = new Set([
  'uid-conflict',
  'job-needs-native-sidecar',
] satisfies WaivableReason[]);

const waiverFor = ({ policy, pod, namespace }: Marked, reason: DenyReason): ActiveWaiver | undefined =>
  WAIVED_WHOLE.has(reason)
    ? policy.waivers.find(({ waives, matches }) => waives === reason && matches(pod, namespace))
    : undefined;

/** The refusals that no waiver of the policy excuses. */
export const withoutWaived = (found: readonly Finding<DenyReason>[], marked: Marked): readonly Finding<DenyReason>[] =>
  found.filter(({ reason }) => waiverFor(marked, reason) === undefined);

const waivedHint = (waiver: ActiveWaiver | undefined, what: string): Hint[] =>
  waiver === undefined
    ? []
    : [
        hintUnder(
          'Audit',
          'refusal-waived',
          `${what}: waived until ${waiver.expires} by ${waiver.rule}: ${waiver.reason}`,
        ),
      ];

function findings<R extends Finding['reason']>(checks: readonly Check<R>[], subject: Subject): Finding<R>[] {
  const found: Finding<R>[] = [];
  for (const check of checks) {
    const finding = check(subject);
    if (finding !== undefined) found.push(finding);
  }
  return found;
}
