import { isOpenNamespace } from '../../core/decision/opt-in/open-namespace.ts';
import { isObject } from '../../core/json/is-object.ts';
import { metadataOf } from '../../core/kubernetes/metadata.ts';
import type { Namespace } from '../../core/kubernetes/namespace.ts';
import type { Labels } from '../../core/kubernetes/pod.ts';
import { type PodStanding, podStanding, sidecarStanding } from '../../core/rollout/pod-standing.ts';
import type { PodSurroundings } from '../../core/scan/judged-pod.ts';
import { pagedList } from '../paged-list.ts';
import { visitRunningPods } from '../running-pods.ts';
import type { KubeTransport } from '../transport.ts';

/** A pod that is not as the policy wants it. */
export interface StandingPod {
  readonly namespace: Namespace;
  readonly name: string;
  readonly standing: PodStanding;
  readonly createdMs: number;
  /** What replaces it; undefined for a bare pod. */
  readonly controller: Controller | undefined;
}

export interface Controller {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

const LISTED_WITHIN_MS = 60_000;

/**
 * The running pods that have no sidecar, or one that is rendered otherwise today. Pods are judged page by page.
 * @param only in this namespace; in all unless told
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function standingPods(
  transport: KubeTransport,
  surroundings: PodSurroundings,
  only: string | undefined,
  signal: AbortSignal,
): Promise<readonly StandingPod[]> {
  const open = await openNamespaces(transport, surroundings, signal);
  const found: StandingPod[] = [];
  // reviews wait while a page is judged
  await visitRunningPods(transport, { only, pageSize: 50, signal }, (pod) => {
    const { namespace: where, name, creationTimestamp } = metadataOf(pod);
    const namespace = open.get(String(where));
    const standing = namespace && podStanding(pod, namespace, surroundings);
    if (namespace !== undefined && standing !== undefined)
      found.push({
        ...{ namespace, name: String(name), standing, controller: controllerIn(pod) },
        createdMs: Date.parse(String(creationTimestamp)),
      });
  });
  return found;
}

/**
 * The running pods of one namespace whose sidecar is to go, or is another one today.
 * @param covers whether a pod with these labels counts
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function podsWithSidecar(
  transport: KubeTransport,
  surroundings: PodSurroundings,
  namespace: Namespace,
  covers: (labels: Labels) => boolean,
  signal: AbortSignal,
): Promise<readonly StandingPod[]> {
  const found: StandingPod[] = [];
  await visitRunningPods(transport, { only: namespace.name, pageSize: 50, signal }, (pod) => {
    const { name, creationTimestamp, labels } = metadataOf(pod);
    if (!covers(isObject(labels) ? (labels as Labels) : {})) return;
    const standing = sidecarStanding(pod, namespace, surroundings);
    if (standing === undefined) return;
    found.push({
      ...{ namespace, name: String(name), standing, controller: controllerIn(pod) },
      createdMs: Date.parse(String(creationTimestamp)),
    });
  });
  return found;
}

/** The controller that an object of unknown shape belongs to; undefined when it belongs to none. */
export function controllerIn(object: object): Controller | undefined {
  const { ownerReferences } = metadataOf(object);
  const listed: readonly unknown[] = Array.isArray(ownerReferences) ? ownerReferences : [];
  const found = listed.filter(isObject).find(({ controller }) => controller === true);
  return (
    found && {
      apiVersion: String(found.apiVersion),
      kind: String(found.kind),
      name: String(found.name),
      uid: String(found.uid),
    }
  );
}

/** Those whose pods may get a sidecar, by name. */
async function openNamespaces(
  transport: KubeTransport,
  { policy }: PodSurroundings,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Namespace>> {
  const open = new Map<string, Namespace>();
  const within = AbortSignal.any([signal, AbortSignal.timeout(LISTED_WITHIN_MS)]);
  await pagedList(transport, '/api/v1/namespaces', within, ({ name, labels = {} }) => {
    if (isOpenNamespace({ name, labels }, policy)) open.set(name, { name, labels });
  });
  return open;
}
