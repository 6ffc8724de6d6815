import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';
import { matcher } from '../kubernetes/label-selector.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import type { Labels } from '../kubernetes/pod.ts';

/** What of a namespace says to which stage it belongs. */
export type StageNamespace = Pick<Namespace, 'name' | 'labels'>;

/** Whether a stage covers the namespace: it names it, or its selector matches. */
export const coversNamespace = (
  { namespaces = [], namespaceSelector }: RolloutStage,
  { name, labels }: StageNamespace,
): boolean => namespaces.includes(name) || (namespaceSelector !== undefined && matcher(namespaceSelector)(labels));

/** A stage as a question that is asked often. */
export type StageMatcher = (namespace: StageNamespace, podLabels: Labels) => boolean;

/** Whether a stage covers a pod of a namespace, made ready to be asked of many. */
export function stageMatcher({ namespaces, namespaceSelector, podSelector }: RolloutStage): StageMatcher {
  const names = new Set(namespaces);
  const matchesNamespace = namespaceSelector && matcher(namespaceSelector);
  const matchesPod = podSelector && matcher(podSelector);
  return (namespace, podLabels) =>
    (names.has(namespace.name) || (matchesNamespace?.(namespace.labels) ?? false)) && (matchesPod?.(podLabels) ?? true);
}

/** Whether a stage covers a pod of the namespace with these labels. */
export const stageCovers = (stage: RolloutStage, namespace: StageNamespace, podLabels: Labels): boolean =>
  stageMatcher(stage)(namespace, podLabels);

/** The environment that a stage belongs to: its own, or that of the plan; undefined when neither says one. */
export const environmentOf = ({ spec }: RolloutPlan, { environment }: RolloutStage): string | undefined =>
  environment ?? spec.environment;

/** Whether a stage belongs to the environment that the plan is applied to. */
export const isOfEnvironment = (plan: RolloutPlan, stage: RolloutStage): boolean =>
  environmentOf(plan, stage) === plan.spec.environment;

/** The stages of the plan that count in its cluster, in their order. */
export const stagesHere = (plan: RolloutPlan): readonly RolloutStage[] =>
  plan.spec.stages.filter((stage) => isOfEnvironment(plan, stage));

/** The first stage of the plan’s environment that covers a pod; undefined when none does. */
export const stageOf = (plan: RolloutPlan, namespace: StageNamespace, podLabels: Labels): RolloutStage | undefined =>
  stagesHere(plan).find((stage) => stageCovers(stage, namespace, podLabels));
