import type { RolloutPlan } from '../api/rollout-plan.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import type { InjectedPods } from '../namespaces/findings.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { PolicyKind } from '../policy/policy-objects.ts';
import type { RunningComparison } from '../simulation/running-comparison.ts';
import type { TrafficServices } from '../traffic/traffic-services.ts';

/** A change of one of our own objects. */
export interface PolicyObjectChange {
  readonly kind: PolicyKind;
  readonly name: string;
  /** Undefined: it is deleted. */
  readonly object: unknown;
}

/** What is known of the objects of the cluster, where they are the policy. */
export interface KnownObjects {
  /** The names of the SidecarProfiles that a policy may name, the built-in ones among them. */
  readonly profiles: ReadonlySet<string>;
  /** The rollout, whether the policy holds pods to it or not; undefined where there is none that can be read. */
  readonly plan: RolloutPlan | undefined;
  /** The policy that decides once an object has changed; undefined when none would, or the one before. */
  readonly policyAfter?: (change: PolicyObjectChange) => ActivePolicy | undefined;
}

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
  /** What another policy would change for what runs; compared live for the one review that asks for it (see `policyToCompare`). */
  readonly comparison?: RunningComparison;
  /** Counted live for the one review that asks for it (see `injectedPodsToCount`); otherwise absent. */
  readonly injectedPods?: InjectedPods;
}
