import { listObjects } from '../list-objects.ts';
import { readJson } from '../read-json.ts';
import { speaks } from '../read-workload.ts';
import type { KubeTransport } from '../transport.ts';
import { isForbidden } from './forbidden.ts';

/**
 * Reads a namespace with every Service that says something about its traffic: its pods may name those of any namespace. Where only its own
 * may be read, those of others are left out.
 * @returns the objects, the namespace first; undefined where there is none
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function readNamespaceWhole(
  transport: KubeTransport,
  name: string,
): Promise<readonly object[] | undefined> {
  const own = await readJson<object>(transport, `/api/v1/namespaces/${name}`);
  if (own === undefined) return undefined;
  const services: object[] = [];
  const take = (path: string) =>
    listObjects(transport, path, (service) => {
      if (speaks(service)) services.push({ apiVersion: 'v1', kind: 'Service', ...service });
    });
  await take('/api/v1/services').catch(async (error: unknown) => {
    if (!isForbidden(error)) throw error;
    await take(`/api/v1/namespaces/${name}/services`);
  });
  return [{ apiVersion: 'v1', kind: 'Namespace', ...own }, ...services];
}
