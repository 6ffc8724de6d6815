import { readJson } from './read-json.ts';
import type { KubeTransport } from './transport.ts';

/**
 * The data of a ConfigMap as it stands now; undefined when there is none.
 * @throws ApiError, ClusterUnreachable
 */
export async function readConfigMap(
  transport: KubeTransport,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`;
  const standing = await readJson<{ readonly data?: Readonly<Record<string, string>> }>(transport, path);
  return standing === undefined ? undefined : (standing.data ?? {});
}
