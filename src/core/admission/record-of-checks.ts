import type { DecisionRecord } from '../api/decision-record.ts';
import { jobNeedsNativeSidecar } from '../decision/checks/job-needs-native-sidecar.ts';
import { contradictions } from '../decision/checks/override-out-of-bounds.ts';
import { uidConflict } from '../decision/checks/uid-conflict.ts';
import type { Decision } from '../decision/decide.ts';
import { pathsMountedBy } from '../decision/guardrails.ts';
import type { Subject } from '../decision/subject.ts';
import { refusalBasis } from '../policy/refusal-basis.ts';
import { bounded } from './bounded.ts';

// that one of these was found at the hook `warn` means that the pod was to be injected or refused
const FOUND_AFTERWARDS: readonly Decision['reason'][] = ['hook-not-called', 'sidecar-changed-afterwards'];

/** Whether the sidecar was rendered, and looked at. */
const wasRendered = ({ verdict, reason }: Decision): boolean => verdict !== 'skip' || FOUND_AFTERWARDS.includes(reason);

// more than anybody writes
const MOST_PATHS = 64;

/** What the pod changed about its sidecar. */
export function settingsOf(subject: Subject, decision: Decision): DecisionRecord['settings'] {
  if (!wasRendered(decision)) return [];
  return subject.rendering().origins.map((from) => {
    const { setting, value, origin } = from;
    const paths = pathsMountedBy(subject, from);
    // too many are not told at all, so that nobody takes some for all of them
    const told = paths === undefined || paths.length > MOST_PATHS ? {} : { paths: paths.map(bounded) };
    return { setting, value: bounded(value), origin, ...told };
  });
}

/** By what the pod was checked: what its record needs for another policy to be tried on it. */
export function checkedOf(subject: Subject, decision: Decision): NonNullable<DecisionRecord['checked']> {
  const { policy, profile, rendering } = subject;
  const reasons = [decision.reason, ...decision.also];
  const mayBeWaived = policy.waivers.length > 0 && wasRendered(decision);
  const waived = (mayBeWaived ? [uidConflict(subject), jobNeedsNativeSidecar(subject)] : [])
    .flatMap((finding) => finding?.reason ?? [])
    .filter((reason) => !reasons.includes(reason));
  const besides: DecisionRecord['reason'][] = [];
  if (reasons.includes('override-forbidden') && rendering().overrideProblems.length > 0)
    besides.push('override-forbidden');
  if (reasons.includes('override-out-of-bounds') && contradictions(rendering()).length > 0)
    besides.push('override-out-of-bounds');
  return {
    profile: profile.revision,
    refusals: refusalBasis(policy, profile),
    ...(besides.length === 0 ? {} : { besides }),
    ...(waived.length === 0 ? {} : { waived }),
  };
}
