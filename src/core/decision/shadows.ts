import type { ActivePolicy } from '../policy/active-policy.ts';
import { faultPlace } from '../problem/without-words.ts';
import { differingPlaces } from '../sidecar/differing-places.ts';
import { separate } from '../sidecar/separate.ts';
import { type Decision, decide } from './decide.ts';
import type { Reason, Verdict } from './reasons.ts';
import type { ShadowDifference } from './shadow-differences.ts';
import { type Subject, subjectUnder } from './subject.ts';

/** What was or would be decided, in short. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly reason: Reason;
}

/** What a policy in mode Shadow says about a pod, beside what the active one decided. */
export interface ShadowAnswer {
  readonly policy: { readonly name: string; readonly revision: string };
  readonly result: 'same' | 'differs' | 'failed';
  /** What the active policy decided. */
  readonly before: Outcome;
  /** What this one would have decided. */
  readonly after: Outcome;
  /** JSON pointer into this policy. */
  readonly rule: string;
  /** The profile that would have been rendered. */
  readonly profile?: string;
  readonly differs: readonly ShadowDifference[];
  /** Where in the sidecar, when that is what differs; the first few places. */
  readonly places: readonly string[];
  /** The kind of fault and where it came up, when the policy could not be asked. */
  readonly message?: string;
}

/** How many places are told in which the sidecars of two policies differ. */
const MOST_PLACES = 8;

/**
 * Asks each policy in mode Shadow about the pod, by the same engine. A pod that carries a sidecar of ours is taken as it was before, also
 * for what the active policy says: the other question would be whether the sidecars of two policies are the same. Does not throw.
 * @param decision what the active policy decided
 */
export function askShadows(
  subject: Subject,
  decision: Decision,
  shadows: readonly ActivePolicy[],
): readonly ShadowAnswer[] {
  const first = asFirstSeen(subject);
  // policies that render alike share what is rendered, which is most of the work
  const rendered = new Map([[first.profile.revision, first]]);
  const underPolicy = (policy: ActivePolicy): Subject => {
    const profile = policy.profileFor(first.pod, first.namespace);
    const known = rendered.get(profile.revision);
    // of the policy itself only its name and revision stand in a sidecar, in the status
    if (known !== undefined) return { ...known, policy };
    const separated = first === subject ? separate(first.pod, profile.own) : first.separated;
    const made = subjectUnder({ ...first, policy, profile, separated });
    rendered.set(profile.revision, made);
    return made;
  };
  let before: Decision | undefined = first === subject ? decision : undefined;
  return shadows.map((policy) => {
    try {
      before ??= decide(first);
      return compared(first, before, underPolicy(policy));
    } catch (error) {
      return failed(policy, before ?? decision, error);
    }
  });
}

/** The subject of the first call for this pod: without what was injected since. */
function asFirstSeen(subject: Subject): Subject {
  const { separated, policy, namespace } = subject;
  if (separated.status === undefined) return subject;
  const { original } = separated;
  return subjectUnder({
    ...subject,
    pod: original,
    profile: policy.profileFor(original, namespace),
    separated: { ...separated, status: undefined, injectedBefore: false, impersonators: [] },
  });
}

function compared(first: Subject, before: Decision, subject: Subject): ShadowAnswer {
  const after = decide(subject);
  const bothInject = before.verdict === 'inject' && after.verdict === 'inject';
  // equal revisions of profiles render alike
  const places =
    bothInject && first.profile.revision !== subject.profile.revision
      ? differingPlaces(first.rendering().injection, subject.rendering().injection, MOST_PLACES)
      : [];
  const differs: ShadowDifference[] = [
    ...(before.verdict === after.verdict ? [] : (['verdict'] as const)),
    ...(before.reason === after.reason ? [] : (['reason'] as const)),
    ...(bothInject && first.profile.name !== subject.profile.name ? (['profile'] as const) : []),
    ...(places.length === 0 ? [] : (['sidecar'] as const)),
  ];
  return {
    policy: named(subject.policy),
    result: differs.length === 0 ? 'same' : 'differs',
    before: outcomeOf(before),
    after: outcomeOf(after),
    rule: after.rule,
    ...(after.verdict === 'inject' ? { profile: subject.profile.name } : {}),
    differs,
    places,
  };
}

function failed(policy: ActivePolicy, before: Decision, error: unknown): ShadowAnswer {
  return {
    policy: named(policy),
    result: 'failed',
    before: outcomeOf(before),
    after: { verdict: 'error', reason: 'internal-error' },
    rule: '',
    differs: ['verdict', 'reason'],
    places: [],
    message: faultPlace(error),
  };
}

const named = ({ name, revision }: ActivePolicy) => ({ name, revision });
const outcomeOf = ({ verdict, reason }: Decision): Outcome => ({ verdict, reason });
