import type { RolloutPlan } from '../../api/rollout-plan.ts';
import { coversNamespace, type StageNamespace, stagesHere } from '../../rollout/stage-members.ts';

/** Stands for a namespace whose pods belong to several stages, which counts by namespace cannot tell apart. */
export const MIXED = Symbol('mixed');

/** The stage of a namespace as a whole; undefined for none. */
export type StageOfNamespace = (namespace: string) => string | typeof MIXED | undefined;

/**
 * To which stage a plan gives each namespace. What is kept counts by namespace and squad, so a stage that chooses pods by their labels is known
 * of the pods that run only.
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
      const first = stages.find((stage) => coversNamespace(stage, namespace));
      known.set(name, first?.podSelector === undefined ? first?.name : MIXED);
    }
    return known.get(name);
  };
}
