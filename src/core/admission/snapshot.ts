import type { TrafficDefaults } from '../api/traffic/defaults.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import type { InjectedPods } from '../namespaces/findings.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { TrafficServices } from '../traffic/traffic-services.ts';

/**
 * Everything a decision may depend on besides the review itself: one immutable value, replaced whole when
 * something changes, so that one review never sees two states.
 */
export interface Snapshot {
  readonly policy: ActivePolicy;
  /** Namespaces by name. One that is absent is unknown, which is not the same as one without labels. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** Services whose teams say something about their traffic; absent where none are known. */
  readonly services?: TrafficServices;
  /** What the company chose for the traffic of its services; absent for the built-in choice, which takes a while to read. */
  readonly trafficDefaults?: TrafficDefaults;
  /** Counted live for the one review that asks for it (see `injectedPodsToCount`); otherwise absent. */
  readonly injectedPods?: InjectedPods;
}
