import type { RolloutGoal } from '../../api/rollout-plan.ts';
import { type AdoptionPoint, type Cell, type Counts, sumOf } from '../counts.ts';
import { MIXED, type StageOfNamespace } from './namespace-stages.ts';

/** Of what something is told: of everything unless something is named. */
export type AdoptionScope = RolloutGoal['scope'];

/** The counts of pods and of workloads. */
export interface BothCounts {
  readonly pods: Counts;
  readonly workloads: Counts;
}

/** The sums of cells. */
export const sumsOf = (cells: readonly Cell[]): BothCounts => ({
  pods: sumOf(cells.map(({ pods }) => pods)),
  workloads: sumOf(cells.map(({ workloads }) => workloads)),
});

/** Whether nothing is named, so that everything counts. */
export const isWhole = (scope: AdoptionScope): boolean => Object.values(scope).every((value) => value === undefined);

/**
 * What a point counts of a scope.
 * @returns undefined where the point does not tell: it has sums only, or pods of the stage share namespaces with others
 */
export function countsWithin(
  point: AdoptionPoint,
  scope: AdoptionScope,
  stageOf: StageOfNamespace,
): BothCounts | undefined {
  if (isWhole(scope)) return point;
  const { cells } = point;
  if (cells === undefined) return undefined;
  const near = cells.filter((cell) => isWithin(cell, scope));
  if (scope.stage === undefined) return sumsOf(near);
  if (near.some(({ namespace }) => stageOf(namespace) === MIXED)) return undefined;
  return sumsOf(near.filter(({ namespace }) => stageOf(namespace) === scope.stage));
}

/** Whether a cell is in a scope, whatever its stage is. */
export const isWithin = (
  { namespace, tribe, squad }: Pick<Cell, 'namespace' | 'tribe' | 'squad'>,
  scope: AdoptionScope,
): boolean =>
  (scope.namespace === undefined || scope.namespace === namespace) &&
  (scope.tribe === undefined || scope.tribe === tribe) &&
  (scope.squad === undefined || scope.squad === squad);
