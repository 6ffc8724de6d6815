import { alreadyInjected } from '../decision/checks/already-injected.ts';
import { excluded } from '../decision/checks/excluded.ts';
import { hostNetwork } from '../decision/checks/host-network.ts';
import { SKIP_CHECKS } from '../decision/checks/index.ts';
import { mirrorPod } from '../decision/checks/mirror-pod.ts';
import { namespaceClosed } from '../decision/checks/namespace-closed.ts';
import { namespaceProtected } from '../decision/checks/namespace-protected.ts';
import { ISTIO_STATUS, otherInjector } from '../decision/checks/other-injector.ts';
import { stageNotOpen } from '../decision/checks/stage-not-open.ts';
import { windowsPod } from '../decision/checks/windows-pod.ts';
import type { SkipReason } from '../decision/reasons.ts';
import type { Check, Finding, MarkCheck, Marked } from '../decision/subject.ts';
import { refusalBasis } from '../policy/refusal-basis.ts';
import { ANNOTATIONS } from '../sidecar/names.ts';
import type { Logged } from './logged.ts';
import { THE_CONTAINERS } from './logged-refusals.ts';

type SkipCheck = Check<SkipReason>;

/** Those that labels and annotations answer, so that they can be asked again. */
const ASKED_AGAIN: ReadonlyMap<SkipCheck, MarkCheck<SkipReason>> = new Map(
  [mirrorPod, namespaceProtected, namespaceClosed, excluded, stageNotOpen].map((check) => [check, check]),
);

/** Those that look at the spec: whether they found something is logged, and holds under any policy, or under the same profile. */
const LOGGED: ReadonlyMap<SkipCheck, SkipReason> = new Map<SkipCheck, SkipReason>([
  [windowsPod, 'windows-pod'],
  [hostNetwork, 'host-network'],
]);
const LOGGED_BY_PROFILE: ReadonlyMap<SkipCheck, SkipReason> = new Map<SkipCheck, SkipReason>([
  [alreadyInjected, 'already-injected'],
  [otherInjector, 'other-injector'],
]);

/** What keeps the pod of a record from being injected. */
export interface Standing {
  readonly standing: readonly Finding<SkipReason>[];
  /** The first of them, when it was found before anything was missing. */
  readonly certain: Finding<SkipReason> | undefined;
}

/** @param gaps takes, in words, what a check asks for and the log does not tell */
export function standingReasons(marked: Marked, logged: Logged, gaps: Set<string>): Standing {
  const standing: Finding<SkipReason>[] = [];
  let certain: Finding<SkipReason> | undefined;
  for (const check of SKIP_CHECKS) {
    const finding = found(check, marked, logged, gaps);
    if (gaps.size === 0) certain ??= finding;
    if (finding !== undefined) standing.push(finding);
  }
  return { standing, certain };
}

function found(check: SkipCheck, marked: Marked, logged: Logged, gaps: Set<string>): Finding<SkipReason> | undefined {
  const asked = ASKED_AGAIN.get(check);
  if (asked !== undefined) return asked(marked);
  const byProfile = LOGGED_BY_PROFILE.get(check);
  const reason = byProfile ?? LOGGED.get(check);
  if (reason === undefined) {
    gaps.add('the pod');
    return undefined;
  }
  const wasFound = logged.reason === reason || logged.also.includes(reason);
  if (byProfile !== undefined && (wasFound || standsInjected(logged)) && !sameProfile(marked, logged))
    gaps.add(THE_CONTAINERS);
  return wasFound ? { reason, rule: '' } : undefined;
}

/** Whether some injector left its mark on the pod; without one no profile can find its sidecar there. */
const standsInjected = ({ inputs: { podAnnotations } }: Logged): boolean =>
  Object.hasOwn(podAnnotations, ANNOTATIONS.status) || Object.hasOwn(podAnnotations, ISTIO_STATUS);

function sameProfile({ pod, namespace, policy }: Marked, { checked }: Logged): boolean {
  const profile = policy.profileFor(pod, namespace);
  return checked?.profile === profile.revision && checked.refusals === refusalBasis(policy, profile);
}
