import type { InjectedPods } from '../core/namespaces/findings.ts';
import { ANNOTATIONS } from '../core/sidecar/names.ts';
import { ACCEPT_PARTIAL_LIST, type ObjectMetadata } from './object-metadata.ts';
import { isNamespaceName } from './read-namespace.ts';
import { type KubeTransport, textOf } from './transport.ts';

// metadata of so many pods is at most some megabytes, mostly the sidecar’s configuration; the number only has to tell few from many
const PODS_READ = 500;

// a pod that has run to its end loses nothing
export const RUNNING = 'status.phase!=Succeeded,status.phase!=Failed';

interface PodPage {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly { readonly metadata: ObjectMetadata }[] | null;
}

/**
 * A function that counts the pods with a sidecar in one namespace now, past every cache: those of its first page.
 * It resolves with undefined when no namespace can have the name.
 * @throws ApiError, ClusterUnreachable, or the reason of `signal` when that aborts first
 */
export function injectedPodCounter(transport: KubeTransport) {
  return async (namespace: string, signal: AbortSignal): Promise<InjectedPods | undefined> => {
    if (!isNamespaceName(namespace)) return undefined;
    const query = new URLSearchParams({ limit: String(PODS_READ), fieldSelector: RUNNING });
    const path = `/api/v1/namespaces/${namespace}/pods?${query}`;
    const response = await transport.open({ method: 'GET', path, accept: ACCEPT_PARTIAL_LIST, signal });
    const { metadata, items } = JSON.parse(await textOf(response)) as PodPage;
    const count = (items ?? []).filter(({ metadata: pod }) => standsWithSidecar(pod)).length;
    return { namespace, count, more: Boolean(metadata.continue) };
  };
}

const standsWithSidecar = ({ annotations = {}, deletionTimestamp }: ObjectMetadata): boolean =>
  deletionTimestamp === undefined && Object.hasOwn(annotations, ANNOTATIONS.status);
