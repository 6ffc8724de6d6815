import type { RolloutPlan } from '../../api/rollout-plan.ts';
import type { RolloutAction } from '../../rollout/rollout-record.ts';
import type { StageNamespace } from '../../rollout/stage-members.ts';
import type { AdoptionPoint, Cell } from '../counts.ts';
import { type GoalStatus, goalsOf } from './goals.ts';
import { type AdoptionGroup, type Grouping, groupsOf } from './groups.ts';
import { stagesOfNamespaces } from './namespace-stages.ts';
import { type AdoptionScope, type BothCounts, isWithin, sumsOf } from './scoped.ts';
import { type StageMark, stageMarks } from './stage-marks.ts';

/** What was counted of the pods of a cluster. */
export interface LiveCounts {
  readonly point: AdoptionPoint;
  /** Undefined stands for what is in no stage. */
  readonly byStage: ReadonlyMap<string | undefined, readonly Cell[]>;
}

/** What is known of a rollout. */
export interface AdoptionSources {
  /** What was kept until then, ordered by time. */
  readonly kept: readonly AdoptionPoint[];
  /** Undefined where the pods were not counted; the last point that was kept counts then. */
  readonly live: LiveCounts | undefined;
  readonly plan: RolloutPlan | undefined;
  readonly actions: readonly RolloutAction[];
  readonly namespaces: ReadonlyMap<string, StageNamespace>;
}

/** How far a rollout is. */
export interface AdoptionStatus {
  /** The last one is now. */
  readonly points: readonly AdoptionPoint[];
  readonly isLive: boolean;
  readonly plan: RolloutPlan | undefined;
  readonly goals: readonly GoalStatus[];
  readonly marks: readonly StageMark[];
  /** The groups of a point; undefined where it has its sums only. */
  groups(by: Grouping, point: AdoptionPoint): readonly AdoptionGroup[] | undefined;
}

/** Puts together what is known of a rollout. */
export function adoptionStatus({ kept, live, plan, actions, namespaces }: AdoptionSources): AdoptionStatus {
  const points = live === undefined ? kept : [...kept.filter(({ at }) => at < live.point.at), live.point];
  const stageOf = plan === undefined ? () => undefined : stagesOfNamespaces(plan, namespaces);
  const liveWithin = (scope: AdoptionScope): BothCounts | undefined =>
    live === undefined || scope.stage === undefined
      ? undefined
      : sumsOf((live.byStage.get(scope.stage) ?? []).filter((cell) => isWithin(cell, scope)));
  return {
    points,
    isLive: live !== undefined,
    plan,
    goals: plan === undefined ? [] : goalsOf(plan, points, stageOf, liveWithin),
    marks: plan === undefined ? [] : stageMarks(plan, actions),
    groups: (by, point) =>
      point.cells &&
      groupsOf(by, point.cells, { plan, stageOf, ...(live?.point === point && { byStage: live.byStage }) }),
  };
}
