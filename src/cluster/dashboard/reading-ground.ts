import type { RolloutPlan } from '../../core/api/rollout-plan.ts';
import type { Source } from '../../core/policy/load.ts';

/** By what a cluster is read in another thread, in a form that goes from one to the other. */
export interface ReadingGround {
  /** The policy in force with its profiles and plan, as `trialBase` has them. */
  readonly base: readonly Source[];
  readonly ownNamespace: string;
  readonly plan: RolloutPlan | undefined;
  readonly nowMs: number;
}
