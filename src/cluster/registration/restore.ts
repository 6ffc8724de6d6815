import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';
import { keyParts, type MemoryConfigMap } from './memory-content.ts';
import { collectionPath, FIELD_MANAGER } from './registered-objects.ts';

const CALL_WITHIN_MS = 10_000;

/** Whether something was remembered at all, and what of it was deleted by hand, as `Kind/name`. */
export type Forgotten = { readonly names: readonly string[] } | 'no-memory';

/**
 * Takes what is remembered and does not stand out of the memory under this path.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function forgetDeleted(transport: KubeTransport, path: string): Promise<Forgotten> {
  const memory = await readJson<MemoryConfigMap>(transport, path);
  if (memory === undefined) return 'no-memory';
  const deleted = await deletedByHand(transport, memory);
  if (deleted.length === 0) return { names: [] };
  const response = await transport.open({
    method: 'PATCH',
    path: `${path}?fieldManager=${FIELD_MANAGER}-restore`,
    contentType: 'application/merge-patch+json',
    body: JSON.stringify({ data: Object.fromEntries(deleted.map(({ key }) => [key, null])) }),
    signal: AbortSignal.timeout(CALL_WITHIN_MS),
  });
  response.resume();
  return { names: deleted.map(({ kind, name }) => `${kind}/${name}`) };
}

/** What is remembered and does not stand. */
async function deletedByHand(
  transport: KubeTransport,
  memory: MemoryConfigMap,
): Promise<readonly { readonly key: string; readonly kind: string; readonly name: string }[]> {
  const remembered = Object.keys(memory.data ?? {}).flatMap((key) => keyParts(key) ?? []);
  const stands = await Promise.all(
    remembered.map(async ({ kind, name }) => {
      const object = await readJson<object>(transport, `${collectionPath(kind)}/${encodeURIComponent(name)}`);
      return object !== undefined;
    }),
  );
  return remembered.filter((_, index) => stands[index] === false);
}
