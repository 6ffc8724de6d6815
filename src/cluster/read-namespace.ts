import type { Namespace } from '../core/kubernetes/namespace.ts';
import { isNotFound } from './api-error.ts';
import { ACCEPT_PARTIAL_OBJECT, type ObjectMetadata } from './object-metadata.ts';
import { type KubeTransport, textOf } from './transport.ts';

// RFC 1123 label: no other name can exist, and a forged one must not become another path
const NAMESPACE_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Whether a namespace can have this name. */
export const isNamespaceName = (name: string): boolean => NAMESPACE_NAME.test(name);

/**
 * A function that reads one namespace from the API server now, past every cache.
 * It resolves with undefined when there is none.
 * @throws ApiError, ClusterUnreachable, or the reason of `signal` when that aborts first
 */
export function namespaceReader(transport: KubeTransport) {
  return async (name: string, signal: AbortSignal): Promise<Namespace | undefined> => {
    if (!isNamespaceName(name)) return undefined;
    const path = `/api/v1/namespaces/${name}`;
    try {
      const response = await transport.open({ method: 'GET', path, accept: ACCEPT_PARTIAL_OBJECT, signal });
      const { metadata } = JSON.parse(await textOf(response)) as { readonly metadata: ObjectMetadata };
      return { name: metadata.name, labels: metadata.labels ?? {} };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
}
