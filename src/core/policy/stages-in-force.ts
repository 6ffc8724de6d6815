import type { InjectionPolicy } from '../api/injection-policy.ts';
import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { labelsOf, type PodMetadata } from '../kubernetes/pod.ts';
import { type StageMatcher, stageMatcher, stagesHere } from '../rollout/stage-members.ts';

/** The stages of a rollout, where the policy holds pods to them. */
export interface StagesInForce {
  /** Those of the plan’s environment, in their order; none when there is no plan. */
  readonly stages: readonly RolloutStage[];
  readonly open: readonly RolloutStage[];
  /** Whether there is a plan at all. */
  readonly planned: boolean;
  /** Whether an open stage covers a pod. */
  isOpenFor(pod: PodMetadata, namespace: Namespace): boolean;
  /** The first stage that covers a pod, open or not. */
  stageFor(pod: PodMetadata, namespace: Namespace): RolloutStage | undefined;
}

/** @returns undefined where the policy does not ask for stages, so that the plan decides about no pod */
export function stagesInForce(
  { rollout }: InjectionPolicy['spec'],
  plan: RolloutPlan | undefined,
): StagesInForce | undefined {
  if (rollout?.enforce !== 'Skip') return undefined;
  const stages = plan === undefined ? [] : stagesHere(plan);
  const asked = stages.map((stage): { readonly stage: RolloutStage; readonly covers: StageMatcher } => ({
    stage,
    covers: stageMatcher(stage),
  }));
  const opened = asked.filter(({ stage }) => stage.state === 'Open');
  return {
    stages,
    open: opened.map(({ stage }) => stage),
    planned: plan !== undefined,
    isOpenFor: (pod, namespace) => opened.some(({ covers }) => covers(namespace, labelsOf(pod))),
    stageFor: (pod, namespace) => asked.find(({ covers }) => covers(namespace, labelsOf(pod)))?.stage,
  };
}

/** What of the stages tells one policy from another: what decides, and what whoever is left alone hears. */
export const stagesBasis = ({ stages, planned }: StagesInForce): unknown => [
  planned,
  ...stages.map(({ name, state, from = null, namespaces = null, namespaceSelector = null, podSelector = null }) => [
    ...[name, state, from, namespaces, namespaceSelector, podSelector],
  ]),
];
