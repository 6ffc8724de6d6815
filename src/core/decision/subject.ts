import type { Namespace } from '../kubernetes/namespace.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { Problem } from '../problem/problem.ts';
import { type Edit, editFor } from '../sidecar/edit.ts';
import type { ActiveProfile } from '../sidecar/profiles/active-profile.ts';
import type { Rendering } from '../sidecar/rendering.ts';
import { type SeparatedPod, separate } from '../sidecar/separate.ts';
import { tokenIsHidden, tokenIsMounted, tokenWillBeMounted } from '../sidecar/token.ts';
import { NO_TRAFFIC_SERVICES } from '../traffic/traffic-services.ts';
import type { DenyReason, SkipReason } from './reasons.ts';

/** What one decision is about. The sidecar is rendered when the first check asks for it, and once. */
export interface Subject {
  readonly pod: Pod;
  readonly separated: SeparatedPod;
  readonly namespace: Namespace;
  readonly policy: ActivePolicy;
  readonly profile: ActiveProfile;
  /** Names the record of this decision: the one of the first call when there was one. */
  readonly recordId: string;
  readonly rendering: () => Rendering;
  /** What would change; undefined when the pod carries the sidecar already. */
  readonly edit: () => Edit | undefined;
}

/** What a check found: the reason, and the JSON pointer into the policy that stands behind it. */
export interface Finding<R extends SkipReason | DenyReason = SkipReason | DenyReason> {
  readonly reason: R;
  readonly rule: string;
  readonly problems?: readonly Problem[];
}

/** One question about a pod; undefined when nothing is found. */
export type Check<R extends SkipReason | DenyReason> = (subject: Subject) => Finding<R> | undefined;

/**
 * @param ownRecordId the id of this call’s own record; an earlier injection’s goes before it
 * @param asWritten whether the pod is a manifest that no API server has completed yet
 * @param services those whose teams say something about their traffic
 */
export function subjectOf(
  pod: Pod,
  namespace: Namespace,
  policy: ActivePolicy,
  ownRecordId: string,
  asWritten = false,
  services = NO_TRAFFIC_SERVICES,
): Subject {
  const profile = policy.profileFor(pod, namespace);
  const separated = separate(pod, profile.own);
  const recordId = separated.status?.recordId ?? ownRecordId;
  const rendering = once(() => {
    const { original, overrides, standing, status } = separated;
    // what an earlier injection decided stays: a manifest does not tell whether the ServiceAccount declines the token
    const expected = status === undefined ? asWritten && tokenWillBeMounted(original) : tokenIsHidden(pod);
    return profile.render({
      pod,
      original,
      namespace: namespace.name,
      overrides,
      standing,
      undo: status?.undo,
      policy,
      services,
      recordId,
      tokenIsMounted: expected || tokenIsMounted(original),
    });
  });
  const edit = once(() => editFor(pod, rendering().injection, profile.own, separated.injectedBefore));
  return { pod, separated, namespace, policy, profile, recordId, rendering, edit };
}

function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}
