import type { Namespace } from '../core/kubernetes/namespace.ts';
import { pagedList } from './paged-list.ts';
import type { KubeTransport } from './transport.ts';

// metadata of 10,000 namespaces takes a few seconds
const LISTED_WITHIN_MS = 120_000;

/**
 * The namespaces of a cluster with their labels.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function liveNamespaces(transport: KubeTransport): Promise<ReadonlyMap<string, Namespace>> {
  const namespaces = new Map<string, Namespace>();
  await pagedList(transport, '/api/v1/namespaces', AbortSignal.timeout(LISTED_WITHIN_MS), ({ name, labels = {} }) =>
    namespaces.set(name, { name, labels }),
  );
  return namespaces;
}
