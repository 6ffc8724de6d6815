import { OBJECT_NAME, parseWorkload, WORKLOAD_NAMES, type WorkloadReference } from '../cluster/read-workload.ts';
import type { RolloutPlan, RolloutStage } from '../core/api/rollout-plan.ts';
import type { FitObject } from '../core/compatibility/fit-object.ts';
import type { Namespace } from '../core/kubernetes/namespace.ts';
import { labelsOf, type PodMetadata } from '../core/kubernetes/pod.ts';
import { stageCovers, stageOf } from '../core/rollout/stage-members.ts';
import { usage } from './webhook-address.ts';

/** Whom a briefing is for. */
export interface BriefTarget {
  /** As people say it: `stage first`. */
  readonly title: string;
  readonly stage?: RolloutStage;
  readonly namespace?: string;
  readonly workload?: WorkloadReference;
}

/**
 * Whom the argument of `brief` means: KIND/NAME a workload, else the name of a stage of the plan, else a namespace.
 * @param text undefined for everything
 * @throws Fault PIL003 for what can be none of them
 */
export function briefTarget(text: string | undefined, plan: RolloutPlan | undefined, namespace: string): BriefTarget {
  if (text === undefined) return { title: 'everything in the files' };
  if (text.includes('/')) {
    const workload = parseWorkload(text);
    if (workload === undefined) throw usage(`${text} is no KIND/NAME; known kinds: ${WORKLOAD_NAMES.join(', ')}`);
    const { kind } = workload.resource;
    return { title: `${kind} ${namespace}/${workload.name}`, workload, namespace };
  }
  const stage = plan?.spec.stages.find(({ name }) => name === text);
  if (stage !== undefined) return stageTarget(stage);
  if (!OBJECT_NAME.test(text))
    throw usage(`${text} names neither a stage, nor a namespace, nor a workload as KIND/NAME`);
  return { title: `namespace ${text}`, namespace: text };
}

/** A stage as a whole. */
export const stageTarget = (stage: RolloutStage): BriefTarget => ({ title: `stage ${stage.name}`, stage });

/** Whether a workload is among those that a briefing is for. */
export function isMeant(
  { stage, namespace: of, workload: named }: BriefTarget,
  workload: FitObject,
  namespace: Namespace,
  pod: PodMetadata,
): boolean {
  if (stage !== undefined) return stageCovers(stage, namespace, labelsOf(pod));
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
