import type { Gates } from '../api/rollout-gates.ts';
import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';

/** The gates of a stage: its own, each of which hides that of the plan, and the others of the plan. */
export const gatesThatHold = ({ spec }: RolloutPlan, { gates }: RolloutStage): Gates => ({ ...spec.gates, ...gates });
