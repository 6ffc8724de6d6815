import { isObject } from '../../core/json/is-object.ts';
import { metadataOf } from '../../core/kubernetes/metadata.ts';
import { byHandOfSettings, isRollingKind } from '../../core/rollout/by-hand.ts';
import { type Health, rolloutHealth, stuckPod } from '../../core/rollout/health.ts';
import { podStanding, sidecarStanding } from '../../core/rollout/pod-standing.ts';
import { cameOf, type RestartMark, restartPatch } from '../../core/rollout/restart-mark.ts';
import type { PodSurroundings } from '../../core/scan/judged-pod.ts';
import { isConflict } from '../api-error.ts';
import { listObjects } from '../list-objects.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';
import { type PlannedRestart, pathOfWorkload } from './restart-plan.ts';

const CALL_WITHIN_MS = 30_000;
// somebody else may write the object at the same time, such as an autoscaler
const TRIES = 5;

/**
 * Restarts a workload as `kubectl rollout restart` does.
 * @returns why it is not restarted; undefined when it is
 * @throws ApiError, also where the API server refuses the change; ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function restartWorkload(
  transport: KubeTransport,
  workload: PlannedRestart,
  mark: RestartMark,
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = pathOfWorkload(workload) ?? '';
  for (let left = TRIES; ; left--) {
    const object = await readJson<object>(transport, path, signal);
    if (object === undefined) return 'it was deleted meanwhile';
    // it may have been paused since it was planned
    const byHand = byHandOfSettings(workload, object, workload.pods);
    if (byHand !== undefined) return byHand.says;
    const { resourceVersion, uid } = metadataOf(object);
    const { metadata, spec } = restartPatch(mark);
    try {
      const response = await transport.open({
        method: 'PATCH',
        path: `${path}?fieldManager=pillion-rollout`,
        contentType: 'application/merge-patch+json',
        body: JSON.stringify({ metadata: { ...metadata, resourceVersion, uid }, spec }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_WITHIN_MS)]),
      });
      response.resume();
      return undefined;
    } catch (error) {
      if (!isConflict(error) || left === 1) throw error;
    }
  }
}

/**
 * How a workload stands after a restart: by its own status, by what keeps its new pods from coming up, and by whether they carry the sidecar.
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function healthOf(
  transport: KubeTransport,
  workload: PlannedRestart,
  mark: RestartMark,
  surroundings: PodSurroundings,
  signal: AbortSignal,
): Promise<Health> {
  const object = await readJson<Selecting>(transport, pathOfWorkload(workload) ?? '', signal);
  if (object === undefined) return { state: 'broken', says: 'it was deleted meanwhile' };
  const broken = await brokenPod(transport, workload, object, mark, surroundings, signal);
  if (broken !== undefined) return { state: 'broken', says: broken };
  return isRollingKind(workload.kind) ? rolloutHealth(workload.kind, object) : { state: 'complete' };
}

interface Selecting {
  readonly spec: { readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } };
}

/** What is wrong with a pod that came of the restart; undefined when nothing is. */
async function brokenPod(
  transport: KubeTransport,
  { namespace, inNamespace, withoutSidecar = false }: PlannedRestart,
  { spec: { selector } }: Selecting,
  mark: RestartMark,
  surroundings: PodSurroundings,
  signal: AbortSignal,
): Promise<string | undefined> {
  const labelSelector = Object.entries(selector?.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  let broken: string | undefined;
  await listObjects(
    transport,
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
    (pod) => {
      if (broken !== undefined || !isObject(pod) || !cameOf(pod, mark)) return;
      const { name, deletionTimestamp } = metadataOf(pod);
      if (deletionTimestamp !== undefined) return;
      const stuck = stuckPod(pod);
      if (stuck !== undefined) broken = `pod ${name}: ${stuck}`;
      else if (podStanding(pod, inNamespace, surroundings) === 'missing') broken = `its new pod ${name} has no sidecar`;
      else if (withoutSidecar && sidecarStanding(pod, inNamespace, surroundings) === 'unwanted')
        broken = `its new pod ${name} has a sidecar all the same`;
    },
    { labelSelector, signal },
  );
  return broken;
}
