import type { Namespace } from '../../core/kubernetes/namespace.ts';
import { podOfWorkload } from '../../core/kubernetes/workload.ts';
import {
  type ByHand,
  byHandOfKind,
  byHandOfSettings,
  isRollingKind,
  restartNote,
  type WorkloadName,
} from '../../core/rollout/by-hand.ts';
import { type RollingKind, rolloutHealth } from '../../core/rollout/health.ts';
import { notInjected } from '../../core/rollout/pod-standing.ts';
import { lastRestart, type RestartMark, standingRestart } from '../../core/rollout/restart-mark.ts';
import type { Candidate } from '../../core/rollout/watchdog.ts';
import type { PodSurroundings } from '../../core/scan/judged-pod.ts';
import { readJson } from '../read-json.ts';
import { rootOf, WORKLOADS } from '../read-workload.ts';
import type { KubeTransport } from '../transport.ts';
import { type Controller, controllerIn, type StandingPod } from './standing-pods.ts';

/** A workload whose pods are not as the policy wants them, and what can be done. */
export interface PlannedRestart extends WorkloadName, Candidate {
  /** Empty for a bare pod. */
  readonly uid: string;
  /** Those pods. */
  readonly pods: readonly string[];
  readonly inNamespace: Namespace;
  /** Set when it is not restarted. */
  readonly byHand?: ByHand;
  /** A restart of an earlier run that has not come to its end: it is gone on with. */
  readonly resumes?: RestartMark;
  /** Its pods are to lose their sidecar. */
  readonly withoutSidecar?: boolean;
  /** What else becomes of its pods. */
  readonly note?: string;
}

/** Where the API server has a workload of a kind that is known. */
export function pathOfWorkload({ kind, namespace, name }: WorkloadName): string | undefined {
  const resource = WORKLOADS.find((one) => one.kind === kind);
  if (resource === undefined) return undefined;
  return `${rootOf(resource)}/namespaces/${encodeURIComponent(namespace)}/${resource.plural}/${encodeURIComponent(name)}`;
}

/**
 * Which workloads have to be restarted so that these pods become as the policy wants them, in the order of their names.
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function planRestarts(
  transport: KubeTransport,
  surroundings: PodSurroundings,
  pods: readonly StandingPod[],
  signal: AbortSignal,
): Promise<readonly PlannedRestart[]> {
  const owned = await byOwner(transport, pods, signal);
  const planned: PlannedRestart[] = [];
  for (let at = 0; at < owned.length; at += READ_AT_ONCE) {
    const reading = owned
      .slice(at, at + READ_AT_ONCE)
      .map((workload) => plannedRestart(transport, surroundings, workload, signal));
    planned.push(...(await Promise.all(reading)).filter((one) => one !== undefined));
  }
  return planned.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

const READ_AT_ONCE = 16;

/** Names a workload like no other. */
export const keyOf = ({ kind, namespace, name }: WorkloadName): string => `${namespace}/${kind}/${name}`;

interface Standing {
  readonly metadata: { readonly uid: string; readonly deletionTimestamp?: string };
}

/** A workload with its pods, before it is read. */
type OwnedPods = Pick<
  PlannedRestart,
  'kind' | 'namespace' | 'name' | 'uid' | 'pods' | 'inNamespace' | 'newestPodMs' | 'withoutSidecar'
> & {
  readonly apiVersion: string;
};

async function byOwner(
  transport: KubeTransport,
  pods: readonly StandingPod[],
  signal: AbortSignal,
): Promise<readonly OwnedPods[]> {
  const owned = new Map<string, OwnedPods>();
  const sets = new Map<string, Promise<Controller>>();
  for (const { namespace: inNamespace, name, controller, createdMs, standing } of pods) {
    const namespace = inNamespace.name;
    const owner = controller && (await topOwner(transport, namespace, controller, sets, signal));
    const { apiVersion = 'v1', kind = 'Pod' } = owner ?? {};
    const workload = { apiVersion, kind, namespace, name: owner?.name ?? name };
    // other groups have things of the same kind
    const key = `${apiVersion} ${keyOf(workload)}`;
    const before = owned.get(key);
    owned.set(key, {
      ...{ ...workload, uid: owner?.uid ?? '', inNamespace, withoutSidecar: standing === 'unwanted' },
      pods: [...(before?.pods ?? []), name],
      newestPodMs: Math.max(before?.newestPodMs ?? 0, createdMs),
    });
  }
  return [...owned.values()];
}

async function plannedRestart(
  transport: KubeTransport,
  surroundings: PodSurroundings,
  { apiVersion, ...workload }: OwnedPods,
  signal: AbortSignal,
): Promise<PlannedRestart | undefined> {
  const { kind, uid, pods, inNamespace } = workload;
  if (!isRollingKind(kind) || apiVersion !== APPS.apiVersion)
    return { ...workload, byHand: byHandOfKind({ apiVersion, ...workload }, pods) };
  const object = await readJson<Standing>(transport, pathOfWorkload(workload) ?? '', signal);
  // it was deleted, so its pods are about to be
  if (object === undefined || object.metadata.uid !== uid || object.metadata.deletionTimestamp) return undefined;
  const last = lastRestart(object);
  return {
    ...workload,
    ...plannedFor(kind, workload, object, inNamespace, surroundings),
    ...(last && { lastRestart: last }),
  };
}

function plannedFor(
  kind: RollingKind,
  workload: WorkloadName & Pick<PlannedRestart, 'pods' | 'withoutSidecar'>,
  object: object,
  namespace: Namespace,
  surroundings: PodSurroundings,
): Pick<PlannedRestart, 'byHand' | 'resumes' | 'note'> {
  const { namespace: where, name } = workload;
  const settings = byHandOfSettings(workload, object, workload.pods);
  if (settings !== undefined) return { byHand: settings };
  const template = podOfWorkload({ ...APPS, kind, ...object })?.pod;
  const left = notInjected(template, namespace, surroundings);
  if ((left !== undefined) !== (workload.withoutSidecar ?? false)) {
    const next = `pillion explain ${kind.toLowerCase()}/${name} -n ${where}`;
    const says =
      left === undefined ? 'its new pods would get a sidecar' : `its new pods would get no sidecar (${left})`;
    return { byHand: { says, next } };
  }
  const health = rolloutHealth(kind, object);
  const resumes = standingRestart(object);
  if (health.state !== 'complete') {
    if (resumes !== undefined && health.state === 'rolling') return { resumes };
    const next = `kubectl -n ${where} rollout status ${kind.toLowerCase()}/${name}`;
    return { byHand: { says: `its last rollout is not complete: ${health.says}`, next } };
  }
  const note = restartNote(kind, object);
  return note === undefined ? {} : { note };
}

const APPS = { apiVersion: 'apps/v1' };

/** What is restarted so that a controller’s pods are replaced: the Deployment of a ReplicaSet, or else the controller itself. */
function topOwner(
  transport: KubeTransport,
  namespace: string,
  controller: Controller,
  known: Map<string, Promise<Controller>>,
  signal: AbortSignal,
): Promise<Controller> {
  if (controller.kind !== 'ReplicaSet' || controller.apiVersion !== APPS.apiVersion) return Promise.resolve(controller);
  const found =
    known.get(controller.uid) ??
    readJson<object>(
      transport,
      `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/replicasets/${encodeURIComponent(controller.name)}`,
      signal,
    ).then((set) => (set && controllerIn(set)) ?? controller);
  known.set(controller.uid, found);
  return found;
}
