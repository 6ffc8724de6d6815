import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import { ANNOTATIONS } from '../sidecar/names.ts';
import { NAMED_DENY_CHECKS, NAMED_SKIP_CHECKS, type NamedCheck } from './checks/names.ts';
import { withoutWaived } from './decide.ts';
import { type Evidence, watchedSubject } from './evidence.ts';
import { consentOf } from './opt-in/consent.ts';
import type { DenyReason, Reason, SkipReason } from './reasons.ts';
import type { Finding, Subject } from './subject.ts';

/**
 * What a check came to. `decided`: its finding is the reason. `holds`: it found something as well. `waived`: what it found is excused.
 * `not-reached`: it was not asked, since the pod is left alone.
 */
export type CheckResult = 'passed' | 'decided' | 'holds' | 'waived' | 'not-reached';

/** One check of a decision, with what it looked at. */
export interface ExaminedCheck {
  readonly check: string;
  readonly result: CheckResult;
  readonly reason?: Reason;
  /** JSON pointer into the policy. */
  readonly rule?: string;
  readonly evidence: readonly Evidence[];
  readonly problems: readonly Problem[];
}

/** The pod’s own word, between what keeps it from having a sidecar and what refuses one. */
export const CONSENT_CHECK = 'asks-for-sidecar';

/**
 * Every check in the order in which `decide` asks, with its result and what it looked at.
 * @param reads whether a key is one of those that decisions are recorded with: nothing else of a pod is told
 */
export function examine(subject: Subject, reads: (evidence: Evidence) => boolean): readonly ExaminedCheck[] {
  const watched = watchedSubject(subject);
  const looked = () =>
    watched
      .noted()
      .filter((one) => one.value === undefined || reads(one))
      .map(shown);
  const asked = <R extends SkipReason | DenyReason>({ name, check }: NamedCheck<R>) => ({
    check: name,
    finding: check(watched.subject),
    evidence: name === 'already-injected' ? [statusOf(subject)] : looked(),
  });
  const skips = NAMED_SKIP_CHECKS.map(asked);
  watched.noted();
  const consent = consentOf(watched.subject.pod, subject.policy);
  const word = looked();
  const standing = skips.find(({ finding }) => finding !== undefined);
  const isLeftAlone = standing !== undefined || consent.verdict === 'skip';
  const denies = isLeftAlone ? [] : NAMED_DENY_CHECKS.map(asked);
  const refusing = withoutWaived(
    denies.flatMap(({ finding }) => finding ?? []),
    subject,
  );
  const [refusal] = refusing;
  return [
    ...skips.map(({ check, finding, evidence }) =>
      examined(check, finding, evidence, finding === standing?.finding ? 'decided' : 'holds'),
    ),
    examined(CONSENT_CHECK, consent, word, standing === undefined && refusal === undefined ? 'decided' : 'holds'),
    ...(isLeftAlone
      ? NAMED_DENY_CHECKS.map(({ name }) => ({
          check: name,
          result: 'not-reached' as const,
          evidence: [],
          problems: [],
        }))
      : denies.map(({ check, finding, evidence }) =>
          examined(check, finding, evidence, resultOf(finding, refusal, refusing)),
        )),
  ];
}

function resultOf(finding: Finding | undefined, first: Finding | undefined, refusing: readonly Finding[]): CheckResult {
  if (finding === undefined || !refusing.includes(finding)) return 'waived';
  return finding === first ? 'decided' : 'holds';
}

const examined = (
  check: string,
  finding: (Pick<Finding, 'rule' | 'problems'> & { readonly reason: Reason }) | undefined,
  evidence: readonly Evidence[],
  found: CheckResult,
): ExaminedCheck => ({
  check,
  result: finding === undefined ? 'passed' : found,
  ...(finding && { reason: finding.reason, ...(finding.rule !== '' && { rule: finding.rule }) }),
  evidence,
  problems: (finding?.problems ?? []).map(({ path, message }) => ({ path, message })),
});

// the pod was taken apart by it before any check was asked
const statusOf = ({ separated: { status } }: Subject): Evidence => ({
  of: 'pod',
  kind: 'annotation',
  key: ANNOTATIONS.status,
  ...(status && { value: `record ${status.recordId}` }),
});

const shown = ({ value, ...place }: Evidence): Evidence =>
  value === undefined ? place : { ...place, value: value.length > MOST_CHARACTERS ? quoted(value) : value };

const MOST_CHARACTERS = 120;
