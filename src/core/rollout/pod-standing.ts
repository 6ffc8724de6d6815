import { decide } from '../decision/decide.ts';
import type { Reason } from '../decision/reasons.ts';
import { subjectOf } from '../decision/subject.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { readPod } from '../kubernetes/pod.ts';
import { judgedPod, type PodSurroundings } from '../scan/judged-pod.ts';

/**
 * How a running pod differs from what the policy wants: it has no sidecar, or has one that is rendered otherwise today, or one that it would
 * not get any more.
 */
export type PodStanding = 'missing' | 'stale' | 'unwanted';

// it would stand in the status on the pod, which nobody reads here
const NO_RECORD = '0000000000000000';

/** How a running pod stands; undefined when it is as the policy wants it, or a restart would not help. */
export function podStanding(
  object: unknown,
  namespace: Namespace,
  surroundings: PodSurroundings,
): PodStanding | undefined {
  const read = readPod(object);
  if ('problems' in read) return undefined;
  const { state, decision } = judgedPod(read.pod, namespace, surroundings);
  if (decision.verdict !== 'inject') return undefined;
  return state === 'stale' || state === 'missing' ? state : undefined;
}

/** How a running pod stands that carries a sidecar: it would get none any more, or another one; undefined for any other. */
export function sidecarStanding(
  object: unknown,
  namespace: Namespace,
  surroundings: PodSurroundings,
): 'unwanted' | 'stale' | undefined {
  const read = readPod(object);
  if ('problems' in read) return undefined;
  const { state } = judgedPod(read.pod, namespace, surroundings);
  return state === 'unwanted' || state === 'stale' ? state : undefined;
}

/** Why a pod of this template would get no sidecar; undefined when it would get one. */
export function notInjected(
  pod: unknown,
  namespace: Namespace,
  { policy, services }: PodSurroundings,
): Reason | 'invalid-pod' | undefined {
  const read = readPod(pod);
  if ('problems' in read) return 'invalid-pod';
  const { verdict, reason } = decide(subjectOf(read.pod, namespace, policy, NO_RECORD, true, services));
  return verdict === 'inject' ? undefined : reason;
}
