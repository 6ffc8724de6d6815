import { readService, type Service } from '../../core/kubernetes/service.ts';
import { readJson } from '../read-json.ts';
import { isNamespaceName } from '../read-namespace.ts';
import type { KubeTransport } from '../transport.ts';

/**
 * A Service as it is now; undefined when there is none.
 * @param name as accepted in depends-on
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function calledService(
  transport: KubeTransport,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<Service | undefined> {
  if (!isNamespaceName(namespace) || !isNamespaceName(name)) return undefined;
  const object = await readJson<object>(transport, `/api/v1/namespaces/${namespace}/services/${name}`, signal);
  const read = readService(object);
  // the API server takes none that lacks a name or ports of another shape
  return 'service' in read ? read.service : undefined;
}
