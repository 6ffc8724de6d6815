import type { GateName, Gates } from '../../api/rollout-gates.ts';
import type { Acknowledged } from '../briefing/acknowledged.ts';
import type { Answers } from './answers.ts';
import type { GatePart, Missing } from './gate-part.ts';
import type { GateScope, IstiodReplica } from './gate-scope.ts';

export type BoundsOf<G extends GateName> = NonNullable<Gates[G]>;

/** How many workloads of a stage were checked for compatibility, and what came of it. */
export interface CheckedStage {
  readonly workloads: number;
  /** Such as `Deployment shop/cart`. */
  readonly incompatible: readonly string[];
  /** Kinds that checks look at beside the workloads, and that may not be read. */
  readonly hidden: readonly string[];
}

/** All that gates are judged by. What could not be read says why. */
export interface Evidence {
  readonly stage: string;
  readonly scope: GateScope;
  readonly answers: Answers;
  readonly istiod: readonly IstiodReplica[] | Missing;
  readonly checked: CheckedStage | Missing;
  /** Of each squad of the stage. */
  readonly acknowledgements: readonly Acknowledged[] | Missing;
}

/** One kind of gate: what it has to ask Prometheus, and how it judges. */
export interface GateKind<G extends GateName> {
  readonly queries?: (
    bounds: BoundsOf<G>,
    scope: GateScope,
    istiod: readonly IstiodReplica[] | Missing,
  ) => readonly string[];
  readonly judge: (bounds: BoundsOf<G>, evidence: Evidence) => readonly GatePart[];
}
