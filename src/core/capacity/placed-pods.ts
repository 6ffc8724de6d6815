import type { Limit } from '../kubernetes/limit-range.ts';
import type { Moment } from './moments.ts';
import type { RunningPod } from './running-pod.ts';
import { demandOf } from './scheduling/demand.ts';
import type { PlacedPod } from './scheduling/nodes-needed.ts';
import type { SizedWorkload } from './sized-workload.ts';

/** Which workload a pod belongs to; undefined for one that is not listed. */
export type WorkloadOf = (pod: RunningPod) => SizedWorkload | undefined;

/** The pods of a cluster at a moment. Those that get their sidecar are created anew, so that they look for a node again. */
export function podsAt(
  moment: Moment,
  pods: readonly RunningPod[],
  workloadOf: WorkloadOf,
  limitsOf: (namespace: string) => readonly Limit[],
): readonly PlacedPod[] {
  return pods.map(({ spec, node, ofDaemonSet, ...pod }) => {
    const restarted = restartedSpec(moment, { spec, node, ofDaemonSet, ...pod }, workloadOf);
    // the node of a DaemonSet’s pod is no choice of the scheduler
    if (restarted === undefined) return { demand: demandOf(spec), node, ofDaemonSet };
    const demand = demandOf(restarted, limitsOf(pod.namespace));
    return ofDaemonSet ? { demand, node, ofDaemonSet, anew: true } : { demand, node: undefined, ofDaemonSet };
  });
}

function restartedSpec(moment: Moment, pod: RunningPod, workloadOf: WorkloadOf) {
  const workload = workloadOf(pod);
  if (workload === undefined || pod.sidecar !== undefined) return undefined;
  if (moment === 'now' || (moment === 'afterStage' && !workload.inStage)) return undefined;
  return workload.rendered[moment].sidecar?.spec;
}

/** The pods that workloads are to have, none of which has a node yet. */
export const podsToCome = (
  moment: Moment,
  workloads: readonly SizedWorkload[],
  limitsOf: (namespace: string) => readonly Limit[],
): readonly PlacedPod[] =>
  workloads.flatMap(({ namespace, kind, pods, spec, rendered }) => {
    const demand = demandOf(rendered[moment].sidecar?.spec ?? spec, limitsOf(namespace));
    const placed: PlacedPod = { demand, node: undefined, ofDaemonSet: kind === 'DaemonSet' };
    return Array.from({ length: pods }, () => placed);
  });
