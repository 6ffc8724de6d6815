import { metadataOf } from '../../core/kubernetes/metadata.ts';
import type { Namespace } from '../../core/kubernetes/namespace.ts';
import { type Pod, readPod } from '../../core/kubernetes/pod.ts';
import { type JudgedPod, judgedPod, type PodSurroundings } from '../../core/scan/judged-pod.ts';
import { visitRunningPods } from '../running-pods.ts';
import type { KubeTransport } from '../transport.ts';

/** What is known of the cluster, for judging its pods. */
export interface ScanSurroundings extends PodSurroundings {
  readonly namespaces: ReadonlyMap<string, Namespace>;
}

// a pod takes some tenths of a millisecond, and reviews wait for so many
const PODS_AT_ONCE = 50;

/**
 * Judges every pod that runs or is about to, page by page, and keeps none. Pods that are going away are passed over.
 * @param only in this namespace; in all unless told
 * @throws ApiError (410 when the list took too long: scan again), ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function scanPods(
  transport: KubeTransport,
  surroundings: ScanSurroundings,
  visit: (judged: JudgedPod, pod: Pod, namespace: Namespace) => void,
  { only, signal }: { readonly only?: string; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const pages = { only, pageSize: PODS_AT_ONCE, ...(signal && { signal }) };
  await visitRunningPods(transport, pages, (object) => {
    const namespace = surroundings.namespaces.get(String(metadataOf(object).namespace));
    const read = readPod(object);
    // a namespace that is not known yet is there at the next scan
    if (namespace !== undefined && 'pod' in read)
      visit(judgedPod(read.pod, namespace, surroundings), read.pod, namespace);
  });
}
