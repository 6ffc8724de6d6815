import type { RolloutPlan } from '../api/rollout-plan.ts';
import type { LiveCount } from './live-count.ts';
import { GROUPINGS, type Grouping, groupsOf } from './status/groups.ts';
import { leadingGroups, type NamedCounts } from './status/leading-groups.ts';

// with six figures each and five kinds of groups that is 3,000 series
const MOST_GROUPS = 100;

/** The pods of groups of each kind, such as those of each tribe. */
export type CountedGroups = ReadonlyMap<Grouping, readonly NamedCounts[]>;

/** The pods of each kind of group, of what was counted; those of stages and environments only where there is a plan. */
export function countedGroups(count: LiveCount, plan: RolloutPlan | undefined): CountedGroups {
  const context = { plan, stageOf: () => undefined, byStage: count.cellsByStage() };
  const kinds = GROUPINGS.filter((by) => plan !== undefined || (by !== 'stage' && by !== 'environment'));
  const cells = count.cells();
  return new Map(kinds.map((by) => [by, leadingGroups(by, groupsOf(by, cells, context), MOST_GROUPS)]));
}
