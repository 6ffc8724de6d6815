import type { RolloutPlan, RolloutStage } from '../../api/rollout-plan.ts';
import { coversNamespace, purposesOf, type StageNamespace, stagesHere } from '../../rollout/stage-members.ts';

/** Stands for a namespace of whose pods counts by namespace do not tell to which stage they belong, or how far that is. */
export const MIXED = Symbol('mixed');

/** The stage of a namespace as a whole; undefined for none. */
export type StageOfNamespace = (namespace: string) => string | typeof MIXED | undefined;

/**
 * Whether counts that are kept tell of a stage: they do not know the features of a sidecar, so that a stage of features is known of the pods
 * that run only.
 */
export const isToldOfThePast = (stage: RolloutStage): boolean => purposesOf(stage).includes('Sidecar');

/**
 * To which stage a plan gives each namespace, of those that bring the sidecar. What is kept counts by namespace and squad, so a stage that
 * chooses pods by their labels is known of the pods that run only.
 * @param namespaces with their labels; of one that is gone only its name counts
 */
export function stagesOfNamespaces(
  plan: RolloutPlan,
  namespaces: ReadonlyMap<string, StageNamespace>,
): StageOfNamespace {
  const known = new Map<string, string | typeof MIXED | undefined>();
  const stages = stagesHere(plan);
  return (name) => {
    if (!known.has(name)) {
      const namespace = namespaces.get(name) ?? { name, labels: {} };
      const covering = stages.filter((stage) => coversNamespace(stage, namespace));
      const first = covering.find(isToldOfThePast);
      const isTold = first === undefined ? covering.length === 0 : first.podSelector === undefined;
      known.set(name, isTold ? first?.name : MIXED);
    }
    return known.get(name);
  };
}
