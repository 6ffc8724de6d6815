import type { RolloutPlan, RolloutStage } from '../../api/rollout-plan.ts';
import { stagesHere } from '../../rollout/stage-members.ts';
import type { AdoptionPoint, Cell } from '../counts.ts';
import { isToldOfThePast, MIXED, type StageOfNamespace } from './namespace-stages.ts';
import { type BothCounts, sumsOf } from './scoped.ts';

/** By what counts are told apart. */
export const GROUPINGS = ['namespace', 'tribe', 'squad', 'stage', 'environment'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** The counts of one namespace, tribe, squad, stage or environment. */
export interface AdoptionGroup extends BothCounts {
  /** Undefined for what belongs to none: what nobody owns, what is in no stage. */
  readonly name?: string;
  /** Belongs to stages that the kept counts do not tell apart. */
  readonly mixed?: true;
}

export interface GroupingContext {
  readonly plan: RolloutPlan | undefined;
  readonly stageOf: StageOfNamespace;
  /** What was counted of each stage, where pods were counted; undefined stands for none. */
  readonly byStage?: ReadonlyMap<string | undefined, readonly Cell[]>;
}

/** The counts of a point by group, in order of their names; stages in that of the plan, also those without a pod, and a pod in each of its own. What has no name is last. */
export function groupsOf(
  by: Grouping,
  cells: NonNullable<AdoptionPoint['cells']>,
  { plan, stageOf, byStage }: GroupingContext,
): readonly AdoptionGroup[] {
  if (by === 'stage' && byStage !== undefined) return ofStages(plan, byStage);
  if (by === 'environment') {
    const environment = plan?.spec.environment;
    return [{ ...(environment === undefined ? {} : { name: environment }), ...sumsOf(cells) }];
  }
  const nameOf = (cell: Cell) => (by === 'stage' ? stageOf(cell.namespace) : cell[by]);
  const found = new Map<string | typeof MIXED | undefined, Cell[]>();
  for (const cell of cells) {
    const name = nameOf(cell);
    const group = found.get(name);
    if (group === undefined) found.set(name, [cell]);
    else group.push(cell);
  }
  if (by === 'stage') return ofStages(plan, found, isToldOfThePast);
  const named = [...found].flatMap(([name, own]) => (typeof name === 'string' ? [{ name, ...sumsOf(own) }] : []));
  const nameless = found.get(undefined);
  return [
    ...named.sort((one, other) => (one.name < other.name ? -1 : 1)),
    ...(nameless === undefined ? [] : [sumsOf(nameless)]),
  ];
}

function ofStages(
  plan: RolloutPlan | undefined,
  found: ReadonlyMap<string | typeof MIXED | undefined, readonly Cell[]>,
  isTold: (stage: RolloutStage) => boolean = () => true,
): readonly AdoptionGroup[] {
  const stages = plan === undefined ? [] : stagesHere(plan).filter(isTold);
  const mixed = found.get(MIXED);
  const nameless = found.get(undefined);
  return [
    ...stages.map(({ name }) => ({ name, ...sumsOf(found.get(name) ?? []) })),
    ...(mixed === undefined ? [] : [{ mixed: true as const, ...sumsOf(mixed) }]),
    ...(nameless === undefined ? [] : [sumsOf(nameless)]),
  ];
}
