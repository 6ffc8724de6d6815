import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';
import { canonicalJson } from '../json/canonical.ts';
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

/** What a stage is for: the sidecar itself, or a feature that it switches on where sidecars run. */
type Purpose = 'Sidecar' | NonNullable<RolloutStage['features']>[number];

/** What a stage is for: its features, and the sidecar itself where it names none. */
export const purposesOf = ({ features = [] }: RolloutStage): readonly Purpose[] =>
  features.length === 0 ? ['Sidecar'] : features;

/** Whether an earlier stage leaves a later one of the same purpose no pod of a namespace that both cover, as far as it can be told of any pod. */
export const leavesNone = (earlier: RolloutStage, later: RolloutStage): boolean =>
  earlier.podSelector === undefined || canonicalJson(earlier.podSelector) === canonicalJson(later.podSelector ?? null);

/** The stages to which a pod of a namespace belongs, in their order. */
export type StagesOf = (namespace: StageNamespace, podLabels: Labels) => readonly RolloutStage[];

/**
 * To which stages of the plan’s environment pods belong, made ready to be asked of many. For each purpose a pod belongs to the first stage that
 * covers it: one that brings its sidecar, and one for each feature that is switched on later.
 * @param plan without one a pod belongs to no stage
 */
export function stageFinder(plan: RolloutPlan | undefined): StagesOf {
  const stages = (plan === undefined ? [] : stagesHere(plan)).map((stage) => ({
    stage,
    covers: stageMatcher(stage),
    purposes: purposesOf(stage),
  }));
  return (namespace, podLabels) => {
    const served = new Set<Purpose>();
    return stages.flatMap(({ stage, covers, purposes }) => {
      if (!covers(namespace, podLabels)) return [];
      const isFirst = purposes.some((purpose) => !served.has(purpose));
      for (const purpose of purposes) served.add(purpose);
      return isFirst ? [stage] : [];
    });
  };
}

/** The stages of the plan to which a pod belongs: for each purpose the first that covers it. */
export const stagesOf = (plan: RolloutPlan, namespace: StageNamespace, podLabels: Labels): readonly RolloutStage[] =>
  stageFinder(plan)(namespace, podLabels);

/** The stage by which a pod gets its sidecar: the first of the plan’s environment that covers it; undefined when none does. */
export const stageOf = (plan: RolloutPlan, namespace: StageNamespace, podLabels: Labels): RolloutStage | undefined =>
  stagesOf(plan, namespace, podLabels)[0];

/** Whether a pod belongs to a stage of the plan. */
export const belongsTo = (
  { name }: RolloutStage,
  plan: RolloutPlan,
  namespace: StageNamespace,
  podLabels: Labels,
): boolean => stagesOf(plan, namespace, podLabels).some((stage) => stage.name === name);
