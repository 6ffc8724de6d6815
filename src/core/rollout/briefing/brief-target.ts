import type { RolloutPlan, RolloutStage } from '../../api/rollout-plan.ts';
import type { FitObject } from '../../compatibility/fit-object.ts';
import type { Namespace } from '../../kubernetes/namespace.ts';
import { labelsOf, type PodMetadata } from '../../kubernetes/pod.ts';
import { belongsTo, stageCovers, stageOf } from '../stage-members.ts';

/** Whom a briefing is for. */
export interface BriefTarget {
  /** As people say it: `stage first`. */
  readonly title: string;
  readonly stage?: RolloutStage;
  readonly namespace?: string;
  readonly workload?: { readonly resource: { readonly kind: string }; readonly name: string };
}

/** A stage as a whole. */
export const stageTarget = (stage: RolloutStage): Pick<BriefTarget, 'title' | 'stage'> => ({
  title: `stage ${stage.name}`,
  stage,
});

/** Whether a workload is among those that a briefing is for. */
export function isMeant(
  { stage, namespace: of, workload: named }: BriefTarget,
  plan: RolloutPlan | undefined,
  workload: FitObject,
  namespace: Namespace,
  pod: PodMetadata,
): boolean {
  const labels = labelsOf(pod);
  if (stage !== undefined)
    return plan === undefined ? stageCovers(stage, namespace, labels) : belongsTo(stage, plan, namespace, labels);
  if (of !== undefined && of !== namespace.name) return false;
  return named === undefined || (named.resource.kind === workload.kind && named.name === workload.name);
}

/** The stage by whose opening a workload gets its sidecar; undefined where no stage covers it. */
export const stageFor = (
  { stage }: BriefTarget,
  plan: RolloutPlan | undefined,
  namespace: Namespace,
  pod: PodMetadata,
): RolloutStage | undefined => stage ?? (plan === undefined ? undefined : stageOf(plan, namespace, labelsOf(pod)));
