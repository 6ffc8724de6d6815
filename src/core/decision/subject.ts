import type { Namespace } from '../kubernetes/namespace.ts';
import type { Pod, PodMetadata } from '../kubernetes/pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { Problem } from '../problem/problem.ts';
import { type Edit, editFor } from '../sidecar/edit.ts';
import type { ActiveProfile } from '../sidecar/profiles/active-profile.ts';
import type { Rendering } from '../sidecar/rendering.ts';
import { type SeparatedPod, separate } from '../sidecar/separate.ts';
import { tokenIsHidden, tokenIsMounted, tokenWillBeMounted } from '../sidecar/token.ts';
import { NO_TRAFFIC_SERVICES, type TrafficServices } from '../traffic/traffic-services.ts';
import type { Hint } from './hints.ts';
import type { DenyReason, SkipReason } from './reasons.ts';

/** Everything that one decision depends on. */
export interface Circumstances {
  readonly pod: Pod;
  readonly separated: SeparatedPod;
  readonly namespace: Namespace;
  readonly policy: ActivePolicy;
  readonly profile: ActiveProfile;
  /** Names the record of this decision: the one of the first call when there was one. */
  readonly recordId: string;
  /** Whether the pod is a manifest that no API server has completed yet. */
  readonly asWritten: boolean;
  /** Those whose teams say something about their traffic. */
  readonly services: TrafficServices;
}

/** What one decision is about. The sidecar is rendered when the first check asks for it, and once. */
export interface Subject extends Circumstances {
  readonly rendering: () => Rendering;
  /** What would change; undefined when the pod carries the sidecar already. */
  readonly edit: () => Edit | undefined;
}

/** What a check found: the reason, and the JSON pointer into the policy that stands behind it. */
export interface Finding<R extends SkipReason | DenyReason = SkipReason | DenyReason> {
  readonly reason: R;
  readonly rule: string;
  readonly problems?: readonly Problem[];
  /** What whoever made the pod should know besides. */
  readonly hints?: readonly Hint[];
}

/** One question about a pod; undefined when nothing is found. */
export type Check<R extends SkipReason | DenyReason> = (subject: Subject) => Finding<R> | undefined;

/** What of a subject its record holds: labels and annotations, and nothing of the spec. */
export interface Marked extends Pick<Subject, 'namespace' | 'policy'> {
  readonly pod: PodMetadata;
}

/** A question that labels and annotations alone answer, so that it can be asked of a record as well. */
export type MarkCheck<R extends SkipReason> = (marked: Marked) => Finding<R> | undefined;

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
  return subjectUnder({ pod, separated, namespace, policy, profile, recordId, asWritten, services });
}

/** The subject of a pod that is taken apart already. */
export function subjectUnder(circumstances: Circumstances): Subject {
  const { pod, separated, namespace, policy, profile, recordId, asWritten, services } = circumstances;
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
  return { pod, separated, namespace, policy, profile, recordId, asWritten, services, rendering, edit };
}

function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}
