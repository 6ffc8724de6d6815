import type { Namespace } from '../kubernetes/namespace.ts';
import type { InjectedPods } from '../namespaces/findings.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { NotCompared, RunningComparison } from '../simulation/running-comparison.ts';
import type { TrafficServices } from '../traffic/traffic-services.ts';
import type { KnownObjects } from './known-objects.ts';

/**
 * Everything a decision may depend on besides the review itself: one immutable value, replaced whole when
 * something changes, so that one review never sees two states.
 */
export interface Snapshot {
  readonly policy: ActivePolicy;
  /** Policies that are asked about each pod beside it, and only reported. */
  readonly shadows?: readonly ActivePolicy[];
  /** Absent where the policy comes from files. */
  readonly objects?: KnownObjects;
  /** Namespaces by name. One that is absent is unknown, which is not the same as one without labels. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** Services whose teams say something about their traffic; absent where none are known. */
  readonly services?: TrafficServices;
  /** What another policy would change for what runs, or why nobody knows; compared live for the one review that asks (see `policyToCompare`). */
  readonly comparison?: RunningComparison | NotCompared;
  /** Counted live for the one review that asks for it (see `injectedPodsToCount`); otherwise absent. */
  readonly injectedPods?: InjectedPods;
}
