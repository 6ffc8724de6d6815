import type { Namespace } from '../kubernetes/namespace.ts';
import type { InjectedPods } from '../namespaces/findings.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';

/**
 * Everything a decision may depend on besides the review itself: one immutable value, replaced whole when
 * something changes, so that one review never sees two states.
 */
export interface Snapshot {
  readonly policy: ActivePolicy;
  /** Namespaces by name. One that is absent is unknown, which is not the same as one without labels. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** Counted live for the one review that asks for it (see `injectedPodsToCount`); otherwise absent. */
  readonly injectedPods?: InjectedPods;
}
