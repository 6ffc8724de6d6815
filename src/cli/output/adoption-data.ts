import { type Counts, FIGURES } from '../../core/adoption/counts.ts';
import type { GoalStatus } from '../../core/adoption/status/goals.ts';
import type { AdoptionGroup, Grouping } from '../../core/adoption/status/groups.ts';
import type { AdoptionStatus } from '../../core/adoption/status/status.ts';
import type { Problem } from '../../core/problem/problem.ts';
import { groupName } from './adoption-status.ts';
import { csvRow } from './csv.ts';

/** How far a rollout is, for machines. */
export function adoptionData(status: AdoptionStatus, by: Grouping, problems: readonly Problem[]): object {
  const { points, isLive, plan, goals, marks } = status;
  const last = points.at(-1);
  return {
    at: last?.at ?? null,
    counted: isLive ? 'Now' : 'Kept',
    plan: plan === undefined ? null : { name: plan.metadata.name, environment: plan.spec.environment ?? null },
    pods: last?.pods ?? null,
    workloads: last?.workloads ?? null,
    by,
    groups: (last === undefined ? undefined : status.groups(by, last))?.map((group) => groupData(by, group)) ?? null,
    goals: goals.map(goalData),
    stages: marks,
    series: points.map(({ at, pods, workloads }) => ({ at, pods, workloads })),
    problems,
  };
}

const groupData = (by: Grouping, group: AdoptionGroup) => ({
  // null for what belongs to none, whatever others are called
  name: group.name ?? null,
  shown: groupName(by, group),
  pods: group.pods,
  workloads: group.workloads,
});

const goalData = ({ goal, now, forecast, lateByDays }: GoalStatus) => ({
  ...goal,
  now: now ?? null,
  state: forecast.state,
  pacePerDay: forecast.perDay ?? null,
  neededPerDay: forecast.neededPerDay ?? null,
  reachedOn: forecast.reachedOn ?? null,
  lateByDays: lateByDays ?? null,
});

/**
 * The series as comma-separated values: a row for each point, or for each group of each point that tells them apart.
 * @param by undefined for the sums
 */
export function adoptionCsv(status: AdoptionStatus, by: Grouping | undefined): string {
  const head = (['workloads', 'pods'] as const).flatMap((whose) =>
    FIGURES.map((figure) => `${whose}_${snake(figure)}`),
  );
  const cells = (counts: { readonly workloads: Counts; readonly pods: Counts }) =>
    (['workloads', 'pods'] as const).flatMap((whose) => FIGURES.map((figure) => counts[whose][figure]));
  const rows = status.points.flatMap((point) =>
    by === undefined
      ? [csvRow([point.at, ...cells(point)])]
      : (status.groups(by, point) ?? []).map((group) => csvRow([point.at, groupName(by, group), ...cells(group)])),
  );
  return [csvRow(['at', ...(by === undefined ? [] : [by]), ...head]), ...rows].join('');
}

const snake = (text: string): string => text.replace(/[A-Z]/g, (sign) => `_${sign.toLowerCase()}`);
