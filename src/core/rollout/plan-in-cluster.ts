import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import { coversNamespace, isOfEnvironment, leavesNone, purposesOf } from './stage-members.ts';

/** A stage with the namespaces of a cluster that belong to it. */
export interface StageInCluster {
  readonly stage: RolloutStage;
  /** Whether it belongs to the environment of the plan; of another one nothing is looked for. */
  readonly here: boolean;
  readonly namespaces: readonly string[];
}

/** The stages of a plan with what of them a cluster has. */
export const stagesInCluster = (plan: RolloutPlan, namespaces: readonly Namespace[]): readonly StageInCluster[] =>
  plan.spec.stages.map((stage) => {
    const here = isOfEnvironment(plan, stage);
    const covered = here ? namespaces.filter((one) => coversNamespace(stage, one)).map(({ name }) => name) : [];
    return { stage, here, namespaces: covered };
  });

/** What of a plan a cluster does not have, and where stages meet in it. */
export function findingsInCluster(plan: RolloutPlan, namespaces: readonly Namespace[]): readonly Problem[] {
  const known = new Set(namespaces.map(({ name }) => name));
  const stages = stagesInCluster(plan, namespaces);
  return stages.flatMap((one, index): readonly Problem[] => {
    if (!one.here) return [];
    const unknown = (one.stage.namespaces ?? []).flatMap((name, place) =>
      known.has(name)
        ? []
        : [
            {
              path: `/spec/stages/${index}/namespaces/${place}`,
              message: `is ${quoted(name)}, a namespace that the cluster has not; create it, or mend its spelling`,
            },
          ],
    );
    const empty = one.namespaces.length === 0 ? [{ path: `/spec/stages/${index}`, message: EMPTY }] : [];
    return [...unknown, ...empty, ...meetings(one, index, stages)];
  });
}

const EMPTY = 'covers no namespace of the cluster; mend it, or take it out';

/** Namespaces that an earlier stage covers as well, other than by their names in both: that is wrong in any cluster. */
function meetings(
  { stage, namespaces }: StageInCluster,
  index: number,
  stages: readonly StageInCluster[],
): readonly Problem[] {
  return stages.slice(0, index).flatMap((earlier): readonly Problem[] => {
    const purposes = purposesOf(earlier.stage);
    if (!earlier.here || !leavesNone(earlier.stage, stage)) return [];
    if (!purposesOf(stage).some((purpose) => purposes.includes(purpose))) return [];
    const byName = (name: string) => stage.namespaces?.includes(name) && earlier.stage.namespaces?.includes(name);
    const shared = namespaces.filter((name) => earlier.namespaces.includes(name) && !byName(name));
    if (shared.length === 0) return [];
    const message = `covers ${listed(shared)}, as the stage ${earlier.stage.name} does; its pods belong to that one, so take them out of one of the two, or give ${earlier.stage.name} a podSelector`;
    return [{ path: `/spec/stages/${index}`, message }];
  });
}

const MOST_LISTED = 5;
const listed = (names: readonly string[]): string =>
  names.length > MOST_LISTED
    ? `${names.slice(0, MOST_LISTED).join(', ')} and ${names.length - MOST_LISTED} more`
    : names.join(', ');
