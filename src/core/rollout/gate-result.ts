import type { GateName } from '../api/rollout-gates.ts';
import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';

/** What one gate of a stage came to. A figure that cannot be had is unknown, never passed. */
export interface GateResult {
  readonly gate: GateName;
  readonly state: 'passed' | 'failed' | 'unknown';
  /** What was measured and what was asked for, in one sentence. */
  readonly says: string;
  /** What to do where it is not passed. */
  readonly next?: string;
}

/** Asks every gate that holds for a stage: its own, and those of the plan that it does not hide. */
export type EvaluateGates = (plan: RolloutPlan, stage: RolloutStage) => Promise<readonly GateResult[]>;
