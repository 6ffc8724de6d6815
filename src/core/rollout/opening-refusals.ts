import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';
import type { GateResult } from './gate-result.ts';
import { environmentOf, isOfEnvironment, stagesHere } from './stage-members.ts';

/** Why a stage is not opened, and what to do. */
export interface Refusal {
  readonly says: string;
  readonly next: string;
}

/**
 * What keeps a stage from being opened, whatever its gates say.
 * @param today a day in UTC, as 2026-11-03
 * @param outOfOrder whether stages before it may be closed
 */
export function openingRefusals(
  plan: RolloutPlan,
  stage: RolloutStage,
  { today, outOfOrder }: { readonly today: string; readonly outOfOrder: boolean },
): readonly Refusal[] {
  const { environment, paused } = plan.spec;
  if (!isOfEnvironment(plan, stage)) {
    const own = environmentOf(plan, stage);
    const here = environment === undefined ? 'the plan of this cluster has none' : `this cluster is ${environment}`;
    return [{ says: `it is a stage of ${own}, and ${here}`, next: 'open it in the cluster of that environment' }];
  }
  const stages = stagesHere(plan);
  const before = stages.slice(0, stages.indexOf(stage)).filter(({ state }) => state === 'Closed');
  return [
    ...(paused === undefined
      ? []
      : [{ says: `the rollout is paused: ${paused.reason}`, next: 'pillion rollout resume' }]),
    ...(stage.from !== undefined && stage.from > today
      ? [
          {
            says: `it may be opened from ${stage.from} on, and today is ${today}`,
            next: 'wait, or change /spec/stages',
          },
        ]
      : []),
    ...(before.length === 0 || outOfOrder
      ? []
      : [
          {
            says: `stages before it are closed: ${before.map(({ name }) => name).join(', ')}`,
            next: 'open those first, or give --out-of-order',
          },
        ]),
  ];
}

/** The gates that keep a stage closed: those that failed, and those of which nobody knows. */
export const gateRefusals = (gates: readonly GateResult[]): readonly Refusal[] =>
  gates.flatMap(({ gate, state, says, next }) =>
    state === 'passed'
      ? []
      : [
          {
            says: `the gate ${gate} ${state === 'failed' ? 'is not passed' : 'is unknown'}: ${says}`,
            next: next ?? 'mend it, or give --force with a reason',
          },
        ],
  );
