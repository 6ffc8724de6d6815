import type { RolloutPlan } from '../../api/rollout-plan.ts';
import type { RolloutAction } from '../../rollout/rollout-record.ts';
import { stagesHere } from '../../rollout/stage-members.ts';

/** A day on which something happened to a stage, or is to. */
export interface StageMark {
  readonly stage: string;
  /** In UTC, as 2026-11-03. */
  readonly day: string;
  /** `planned`: the first day on which the plan lets it be opened; `opened` also where only the plan tells the day of an open stage. */
  readonly did: 'opened' | 'rolled-back' | 'planned';
}

/**
 * When stages were opened and rolled back, by the record of the rollout; where that does not tell of a stage, by the plan. Ordered by day.
 */
export function stageMarks(plan: RolloutPlan, actions: readonly RolloutAction[]): readonly StageMark[] {
  const done = actions.flatMap(({ did, stage, at }): StageMark[] => {
    if (stage === undefined || (did !== 'Opened' && did !== 'RolledBack')) return [];
    return [{ stage, day: at.slice(0, 'YYYY-MM-DD'.length), did: did === 'Opened' ? 'opened' : 'rolled-back' }];
  });
  const planned = stagesHere(plan).flatMap(({ name, from, state }): StageMark[] => {
    if (from === undefined) return [];
    if (state === 'Closed') return [{ stage: name, day: from, did: 'planned' }];
    return done.some(({ stage, did }) => stage === name && did === 'opened')
      ? []
      : [{ stage: name, day: from, did: 'opened' }];
  });
  return [...done, ...planned].sort((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : 0));
}
