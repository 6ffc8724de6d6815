import { metadataOf } from '../core/kubernetes/metadata.ts';
import { type ListingOptions, listObjects } from './list-objects.ts';
import { RUNNING } from './read-pods.ts';
import type { KubeTransport } from './transport.ts';

export interface VisitedPods extends Pick<ListingOptions, 'pageSize' | 'signal'> {
  /** In this namespace; in all unless told. */
  readonly only?: string | undefined;
}

/**
 * Gives every pod that runs or is about to, whole, to `visit`, page by page. Pods that are going away are passed over.
 * @throws ApiError (410 when the list took too long: list again), ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function visitRunningPods(
  transport: KubeTransport,
  { only, ...options }: VisitedPods,
  visit: (pod: Record<string, unknown>) => void,
): Promise<void> {
  const path = only === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${encodeURIComponent(only)}/pods`;
  const standing = (pod: Record<string, unknown>) => {
    if (metadataOf(pod).deletionTimestamp === undefined) visit(pod);
  };
  await listObjects(transport, path, standing, { ...options, fieldSelector: RUNNING });
}
