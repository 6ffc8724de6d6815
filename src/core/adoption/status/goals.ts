import type { RolloutGoal, RolloutPlan } from '../../api/rollout-plan.ts';
import type { AdoptionPoint } from '../counts.ts';
import { type Forecast, forecast, type Share } from '../forecast.ts';
import { isToldOfThePast, type StageOfNamespace } from './namespace-stages.ts';
import { type BothCounts, countsWithin } from './scoped.ts';

/** A goal of the plan, and how it stands. */
export interface GoalStatus {
  readonly goal: RolloutGoal;
  /** From 0 to 1. */
  readonly target: number;
  /** So many of so many now; undefined where that is not known. */
  readonly now?: { readonly reached: number; readonly of: number };
  readonly forecast: Forecast;
  /** By so many days it is reached after its day at the present pace; below zero: before. Undefined where no day is known. */
  readonly lateByDays?: number;
}

const DAY_MS = 86_400_000;

/**
 * How the goals of a plan stand.
 * @param points ordered by time, the last one is now
 * @param live what is counted now of a stage, where the points do not tell it
 */
export const goalsOf = (
  { spec: { goals, stages } }: RolloutPlan,
  points: readonly AdoptionPoint[],
  stageOf: StageOfNamespace,
  live: (scope: RolloutGoal['scope']) => BothCounts | undefined,
): readonly GoalStatus[] =>
  goals.map((goal) => {
    const stage = stages.find(({ name }) => name === goal.scope.stage);
    const isKept = stage === undefined || isToldOfThePast(stage);
    return goalStatus(goal, points, live, (point) => (isKept ? countsWithin(point, goal.scope, stageOf) : undefined));
  });

function goalStatus(
  goal: RolloutGoal,
  points: readonly AdoptionPoint[],
  live: (scope: RolloutGoal['scope']) => BothCounts | undefined,
  kept: (point: AdoptionPoint) => BothCounts | undefined,
): GoalStatus {
  const last = points.at(-1);
  const counted = points.flatMap((point) => {
    const counts = (point === last ? live(goal.scope) : undefined) ?? kept(point);
    return counts === undefined ? [] : [{ at: point.at, ...figuresOf(goal, counts) }];
  });
  const target = shareOf(goal.target);
  const told = forecast(counted.flatMap(shareAt), { share: target, by: goal.by });
  const now = counted.at(-1);
  const { reachedOn } = told;
  return {
    goal,
    target,
    ...(now !== undefined && now.at === last?.at ? { now: { reached: now.reached, of: now.of } } : {}),
    forecast: told,
    ...(reachedOn === undefined
      ? {}
      : { lateByDays: Math.round((Date.parse(reachedOn) - Date.parse(goal.by)) / DAY_MS) }),
  };
}

/** What a goal counts, and of how many. */
export function figuresOf(
  { metric, of }: Pick<RolloutGoal, 'metric' | 'of'>,
  { pods, workloads }: BothCounts,
): { readonly reached: number; readonly of: number } {
  const counts = of === 'Pods' ? pods : workloads;
  return { reached: metric === 'Injected' ? counts.injected : counts.optedIn, of: counts.eligible };
}

// of nothing there is no share
const shareAt = ({ at, reached, of }: { at: string; reached: number; of: number }): readonly Share[] =>
  of === 0 ? [] : [{ at, share: reached / of }];

/** A share as a plan writes it, such as 80%. */
const shareOf = (text: string): number => Number(text.slice(0, -1)) / 100;
