import { percent, shareOf } from './amounts.ts';
import type { GateKind } from './gate-kind.ts';
import { judgedFigure, type Limit, type Measured, nothingYet } from './gate-part.ts';
import type { GateScope } from './gate-scope.ts';

/** `adoption`: how many of the workloads of open stages run with their sidecar. */
export const ADOPTION: GateKind<'adoption'> = {
  judge({ injected }, { scope }) {
    const limit: Limit = {
      what: 'workloads of the open stages that run with their sidecar',
      at: 'least',
      bound: shareOf(injected),
      written: percent,
      next: 'pillion rollout restart --missing gives their pods a sidecar; pillion rollout status tells which lack one',
    };
    return [scope.openStages.length === 0 ? nothingYet(limit) : judgedFigure(limit, measuredAdoption(scope))];
  },
};

function measuredAdoption({ openStages, openWorkloads: { eligible, injected } }: GateScope): Measured {
  if (eligible > 0) return { value: injected / eligible, from: `the API server, ${injected} of ${eligible}` };
  return {
    missing: `no workload runs in ${openStages.join(', ')} that could have a sidecar`,
    next: 'look at what the stages cover: pillion rollout plan -f FILE, or close those that are empty',
  };
}
