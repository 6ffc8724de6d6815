import type { ExplainContext } from '../../admission/decided-workloads.ts';
import type { RolloutPlan } from '../../api/rollout-plan.ts';
import type { FitObject } from '../../compatibility/fit-object.ts';
import { surroundingsOf } from '../../compatibility/surroundings.ts';
import { fieldsOf } from '../../json/fields-of.ts';
import { podOfWorkload } from '../../kubernetes/workload.ts';
import { type BriefTarget, isMeant, stageFor } from './brief-target.ts';
import { briefWorkload, type WorkloadBriefing } from './workload-briefing.ts';

/** Whom a briefing is for, and the plan whose stages it names. */
export interface Meant {
  readonly target: BriefTarget;
  readonly plan: RolloutPlan | undefined;
}

/**
 * The briefing of a workload.
 * @param around what stands beside it, other objects too
 * @returns undefined where it makes no pods, or is not meant
 */
export function briefedWorkload(
  workload: FitObject,
  around: readonly FitObject[],
  { policy, namespaces, services, now }: Pick<ExplainContext, 'policy' | 'namespaces' | 'services' | 'now'>,
  { target, plan }: Meant,
): WorkloadBriefing | undefined {
  const made = podOfWorkload(workload.value);
  const namespace = namespaces.get(workload.namespace);
  if (made === undefined) return undefined;
  const pod = { metadata: fieldsOf(made.pod.metadata) };
  if (!isMeant(target, plan, workload, namespace, pod)) return undefined;
  const stage = stageFor(target, plan, namespace, pod);
  return briefWorkload(made, workload, {
    ...{ policy, namespace, services, now },
    around: surroundingsOf(around, workload, pod),
    features: stage?.features ?? [],
    stage: stage?.name,
  });
}
