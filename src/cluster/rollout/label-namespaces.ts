import { ownValue } from '../../core/kubernetes/pod.ts';
import type { LabelChange, LeftUndone } from '../../core/rollout/stage-labels.ts';
import { ApiError, isConflict } from '../api-error.ts';
import type { ObjectMetadata } from '../object-metadata.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';

const CALL_WITHIN_MS = 30_000;
// controllers write namespaces as well
const TRIES = 5;

/**
 * Writes labels of namespaces, each as long as what it changes still stands there. One that cannot be written does not keep the others
 * from being.
 * @returns those that were not written, with the reason
 * @throws ApiError 401, ClusterUnreachable, TimeoutError
 */
export async function labelNamespaces(
  transport: KubeTransport,
  changes: readonly LabelChange[],
): Promise<readonly (LeftUndone & { readonly change: LabelChange })[]> {
  const left: (LeftUndone & { readonly change: LabelChange })[] = [];
  for (const change of changes) {
    const says = await written(transport, change);
    if (says !== undefined) left.push({ namespace: change.namespace, says, change });
  }
  return left;
}

async function written(
  transport: KubeTransport,
  { namespace, key, from, to }: LabelChange,
): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  for (let left = TRIES; ; left--) {
    const standing = await readJson<{ readonly metadata: ObjectMetadata }>(transport, path);
    if (standing === undefined) return 'was deleted meanwhile';
    const { resourceVersion, uid, labels = {} } = standing.metadata;
    const now = ownValue(labels, key) ?? null;
    if (now === to) return undefined;
    if (now !== from)
      return `has ${now === null ? `no label ${key}` : `${key}=${now}`} now: somebody changed it meanwhile, so it stays`;
    try {
      const response = await transport.open({
        method: 'PATCH',
        path: `${path}?fieldManager=pillion-rollout`,
        contentType: 'application/merge-patch+json',
        body: JSON.stringify({ metadata: { resourceVersion, uid, labels: Object.fromEntries([[key, to]]) } }),
        signal: AbortSignal.timeout(CALL_WITHIN_MS),
      });
      response.resume();
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 401) throw error;
      if (!isConflict(error) || left === 1) return `is not labelled: ${error.message}`;
    }
  }
}
