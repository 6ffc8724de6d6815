import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';
import { keyParts, type MemoryConfigMap } from './memory-content.ts';
import { collectionPath, FIELD_MANAGER } from './registered-objects.ts';

const CALL_WITHIN_MS = 10_000;

/**
 * Takes what is remembered and does not stand out of the memory under this path.
 * @returns the names of those objects, as `Kind/name`
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function forgetDeleted(transport: KubeTransport, path: string): Promise<readonly string[]> {
  const deleted = await deletedByHand(transport, path);
  if (deleted.length === 0) return [];
  const response = await transport.open({
    method: 'PATCH',
    path: `${path}?fieldManager=${FIELD_MANAGER}-restore`,
    contentType: 'application/merge-patch+json',
    body: JSON.stringify({ data: Object.fromEntries(deleted.map(({ key }) => [key, null])) }),
    signal: AbortSignal.timeout(CALL_WITHIN_MS),
  });
  response.resume();
  return deleted.map(({ kind, name }) => `${kind}/${name}`);
}

/** What is remembered under this path and does not stand. */
async function deletedByHand(
  transport: KubeTransport,
  path: string,
): Promise<readonly { readonly key: string; readonly kind: string; readonly name: string }[]> {
  const memory = await readJson<MemoryConfigMap>(transport, path);
  const remembered = Object.keys(memory?.data ?? {}).flatMap((key) => keyParts(key) ?? []);
  const stands = await Promise.all(
    remembered.map(async ({ kind, name }) => {
      const object = await readJson<object>(transport, `${collectionPath(kind)}/${encodeURIComponent(name)}`);
      return object !== undefined;
    }),
  );
  return remembered.filter((_, index) => stands[index] === false);
}
