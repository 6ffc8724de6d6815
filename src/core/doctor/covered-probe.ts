import { labelsMeeting } from '../kubernetes/meeting-labels.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { coversNamespace } from '../rollout/stage-members.ts';
import { type ProbePod, probePod } from './probe-pod.ts';

/**
 * A pod that the policy injects in a namespace that opted in: without labels, or with those that an open stage of the rollout asks for.
 * @returns undefined when no stage that is open covers such a pod, or each of them is excluded by name
 */
export function coveredProbe(policy: ActivePolicy, namespace: Namespace): ProbePod | undefined {
  const { podKey } = policy.spec.optIn;
  const labels = (policy.stages?.open ?? [])
    .filter((stage) => coversNamespace(stage, namespace))
    .flatMap(({ podSelector }) => (podSelector === undefined ? [] : [labelsMeeting(podSelector)]));
  return [probePod(podKey), ...labels.map((each) => probePod(podKey, each))].find(
    (pod) =>
      (policy.stages?.isOpenFor(pod, namespace) ?? true) &&
      !policy.exclusions.some(({ matches }) => matches(pod, namespace)),
  );
}
