import type { GateName, Gates } from '../api/rollout-gates.ts';
import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';
import type { GateResult } from './gate-result.ts';

/** The gates of a stage: its own, each of which hides that of the plan, and the others of the plan. */
export const gatesThatHold = ({ spec }: RolloutPlan, { gates }: RolloutStage): Gates => ({ ...spec.gates, ...gates });

/** Where nothing can be asked, every gate is unknown, and none is passed. */
export const unknownGates = (plan: RolloutPlan, stage: RolloutStage, says: string): readonly GateResult[] =>
  Object.keys(gatesThatHold(plan, stage)).map((gate) => ({ gate: gate as GateName, state: 'unknown', says }));
