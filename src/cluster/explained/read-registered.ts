import { type Registered, registeredAmong } from '../../core/routing/request.ts';
import { readJson } from '../read-json.ts';
import { collectionPath, MANAGED_SELECTOR, REGISTERED_KINDS } from '../registration/registered-objects.ts';
import type { KubeTransport } from '../transport.ts';
import { isForbidden, refusalText } from './forbidden.ts';

/** What of Pillion is registered in a cluster; or that whoever asks may not see it. */
export type ReadRegistered =
  | { readonly kind: 'read'; readonly registered: Registered }
  | { readonly kind: 'forbidden'; readonly message: string };

/**
 * Reads the objects by which the API server calls Pillion and decides by its policy.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function readRegistered(transport: KubeTransport): Promise<ReadRegistered> {
  const query = new URLSearchParams({ labelSelector: MANAGED_SELECTOR });
  try {
    const lists = await Promise.all(
      REGISTERED_KINDS.map(async (kind) => {
        const list = await readJson<{ readonly items: readonly object[] | null }>(
          transport,
          `${collectionPath(kind)}?${query}`,
        );
        return (list?.items ?? []).map((object) => ({ ...object, kind }));
      }),
    );
    return { kind: 'read', registered: registeredAmong(lists.flat()) };
  } catch (error) {
    if (isForbidden(error)) return { kind: 'forbidden', message: refusalText(error) };
    throw error;
  }
}
