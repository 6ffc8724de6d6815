import type { AdoptionPoint } from '../adoption/counts.ts';
import { forecastText, goalText } from '../adoption/status/goal-text.ts';
import type { GoalStatus } from '../adoption/status/goals.ts';
import { isWhole } from '../adoption/status/scoped.ts';
import type { StageMark } from '../adoption/status/stage-marks.ts';
import type { AdoptionStatus } from '../adoption/status/status.ts';
import { toldCounts } from './document.ts';
import type { Overview } from './overview.ts';
import type { Reading } from './page-of.ts';
import { thinned } from './thinned.ts';

/** What an overview is made of. */
export interface OverviewSources extends Reading, Pick<Overview, 'version' | 'cluster' | 'verdicts' | 'health'> {
  readonly status: AdoptionStatus;
  /** Shown before now. */
  readonly days: number;
  readonly nowMs: number;
}

const DAY_MS = 86_400_000;

/** The overview as the API tells it. */
export function overviewOf({ status, days, nowMs, asOf, remarks, ...told }: OverviewSources): Overview {
  const from = nowMs - days * DAY_MS;
  const points = status.points.filter(({ at }) => Date.parse(at) >= from);
  return {
    asOf,
    ...told,
    samples: thinned(points, ({ at }) => Date.parse(at)).map(sampleOf),
    goals: status.goals.map(goalOf),
    marks: status.marks.map(markOf),
    remarks: [...remarks],
  };
}

const sampleOf = ({ at, pods, workloads }: AdoptionPoint): Overview['samples'][number] => ({
  at,
  pods: toldCounts(pods),
  workloads: toldCounts(workloads),
});

function goalOf(status: GoalStatus): Overview['goals'][number] {
  const { goal, target, now } = status;
  return {
    metric: goal.metric,
    of: goal.of,
    // 80% of workloads injected in tribe sales
    scope: goalText(status).slice(`${goal.target} of `.length),
    isWhole: isWhole(goal.scope),
    target,
    by: goal.by,
    ...(now !== undefined && now.of > 0 && { now: now.reached / now.of }),
    says: forecastText(status),
  };
}

const DONE: Readonly<Record<StageMark['did'], string>> = {
  opened: 'Opened',
  'rolled-back': 'RolledBack',
  planned: 'Planned',
};

const markOf = ({ stage, day, did }: StageMark): Overview['marks'][number] => ({
  at: `${day}T00:00:00.000Z`,
  stage,
  what: DONE[did],
});
