import type { Json } from '../../compatibility/fit-object.ts';
import type { Limit } from '../../kubernetes/limit-range.ts';
import { type Constraints, constraintsOf } from './constraints.ts';
import { asksForNothing, type Resources, requestsOf, scoredRequestsOf } from './resources.ts';

/** What a pod wants of the node that it is put on. */
export interface Demand {
  readonly requests: Resources;
  /** For the comparison of nodes. */
  readonly scored: { readonly cpu: number; readonly memory: number };
  readonly asksForNothing: boolean;
  readonly constraints: Constraints;
}

/** What a pod with this spec wants. */
export const demandOf = (spec: Json, limits: readonly Limit[] = []): Demand => ({
  requests: requestsOf(spec, limits),
  scored: scoredRequestsOf(spec, limits),
  asksForNothing: asksForNothing(spec, limits),
  constraints: constraintsOf(spec),
});
