import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import { CANNOT_START } from '../kubernetes/cannot-start.ts';
import { metadataOf } from '../kubernetes/metadata.ts';

type Json = Readonly<Record<string, unknown>>;

/** How the rollout of a workload stands. */
export type Health =
  | { readonly state: 'complete' }
  | { readonly state: 'rolling'; readonly says: string }
  /** It does not become complete by itself. */
  | { readonly state: 'broken'; readonly says: string };

/** The kinds whose controllers replace their pods when the pod template changes. */
export const ROLLING_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
export type RollingKind = (typeof ROLLING_KINDS)[number];

interface Counts {
  readonly wanted: number;
  readonly updated: number;
  readonly available: number;
  /** Pods of former templates. */
  readonly former: number;
}

// the fields by which kubectl rollout status tells that a rollout is complete (k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go)
const COUNTS: Readonly<Record<RollingKind, (spec: Json, status: Json) => Counts>> = {
  Deployment: ({ replicas = 1 }, status) => ({
    wanted: number(replicas),
    updated: number(status.updatedReplicas),
    available: number(status.availableReplicas),
    former: number(status.replicas) - number(status.updatedReplicas),
  }),
  StatefulSet: ({ replicas = 1 }, status) => ({
    wanted: number(replicas),
    // once all are, the controller leaves the number out and makes the revision the current one
    updated:
      status.updateRevision === status.currentRevision ? number(status.replicas) : number(status.updatedReplicas),
    available: number(status.availableReplicas),
    former: 0,
  }),
  DaemonSet: (_, status) => ({
    wanted: number(status.desiredNumberScheduled),
    updated: number(status.updatedNumberScheduled),
    available: number(status.numberAvailable),
    former: 0,
  }),
};

/** How the rollout of a workload stands, by its own status. */
export function rolloutHealth(kind: RollingKind, workload: object): Health {
  const { spec, status } = fieldsOf(workload);
  const { observedGeneration, conditions } = fieldsOf(status);
  if (number(observedGeneration) < number(metadataOf(workload).generation))
    return { state: 'rolling', says: 'its controller has not looked at the change yet' };
  const broken = brokenBy(conditions);
  if (broken !== undefined) return { state: 'broken', says: broken };
  const { wanted, updated, available, former } = COUNTS[kind](fieldsOf(spec), fieldsOf(status));
  if (updated < wanted) return { state: 'rolling', says: `${updated} of ${wanted} pods are new` };
  if (former > 0) return { state: 'rolling', says: `former pods that have not ended: ${former}` };
  if (available < wanted) return { state: 'rolling', says: `${available} of ${wanted} pods are available` };
  return { state: 'complete' };
}

/** What a Deployment says of itself. */
function brokenBy(conditions: unknown): string | undefined {
  const listed: readonly unknown[] = Array.isArray(conditions) ? conditions : [];
  for (const { type, status, reason, message } of listed.filter(isObject)) {
    if (type === 'Progressing' && status === 'False' && reason === 'ProgressDeadlineExceeded') return String(message);
    if (type === 'ReplicaFailure' && status === 'True') return `pods cannot be created: ${message}`;
  }
  return undefined;
}

// what a container that does not come up waits for, when waiting does not help
const STUCK: ReadonlySet<unknown> = new Set([...CANNOT_START, 'CrashLoopBackOff']);

/** What keeps a pod from coming up, when waiting does not help; undefined when nothing does. */
export function stuckPod(pod: object): string | undefined {
  const { initContainerStatuses, containerStatuses } = fieldsOf(fieldsOf(pod).status);
  for (const list of [initContainerStatuses, containerStatuses]) {
    const statuses: readonly unknown[] = Array.isArray(list) ? list : [];
    for (const { name, state } of statuses.filter(isObject)) {
      const { reason, message } = fieldsOf(fieldsOf(state).waiting);
      if (STUCK.has(reason)) return `container ${name}: ${reason}${typeof message === 'string' ? `, ${message}` : ''}`;
    }
  }
  return undefined;
}

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
