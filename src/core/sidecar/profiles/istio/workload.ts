import { ownerOf } from '../../../kubernetes/owner.ts';
import type { Pod } from '../../../kubernetes/pod.ts';

/** The workload that a pod is part of, as telemetry names it. */
export interface Workload {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/**
 * The workload of a pod (Istio reference, chapter 2.4). A pod whose name was not generated belongs to nobody but itself; such of
 * a controller do not occur but in hand-written manifests, so only compatibility Istio makes this difference.
 */
export function workloadOf(pod: Pod, asIstio: boolean): Workload {
  const { name, generateName } = pod.metadata;
  const bare = { apiVersion: 'v1', kind: 'Pod', name: name ?? '' };
  const owner = asIstio && !generateName ? undefined : ownerOf(pod);
  if (owner === undefined) return bare;
  // Istio leaves the group out
  return owner.kind === 'Rollout' && asIstio ? { ...owner, apiVersion: 'v1alpha1' } : owner;
}
