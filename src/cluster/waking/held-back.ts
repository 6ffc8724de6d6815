import { fieldsOf } from '../../core/json/fields-of.ts';
import { metadataOf } from '../../core/kubernetes/metadata.ts';
import { type CreationFailure, creationFailure } from '../../core/waking/creation-failure.ts';
import { lackingPods, POD_CREATORS, replicaFailure } from '../../core/waking/lacking-pods.ts';
import { listObjects } from '../list-objects.ts';
import { readJson } from '../read-json.ts';
import { rootOf, WORKLOADS } from '../read-workload.ts';
import type { KubeTransport } from '../transport.ts';

/** A workload whose controller waits before it tries again to create a pod, after one was not created because of us. */
export interface HeldBack {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** How many pods it lacks. */
  readonly lacks: number;
  readonly failure: CreationFailure;
}

/** Where the API server has one of those kinds. */
export function pathOfCreator({ kind, namespace, name }: Pick<HeldBack, 'kind' | 'namespace' | 'name'>): string {
  return `${collectionOf(kind, namespace)}/${encodeURIComponent(name)}`;
}

// these say it in a condition, which stays for as long as it is so; for the others there are events, which the API server keeps for an
// hour, and a controller makes one with each attempt, at most 1,000 s after the one before
const SAY_IT_THEMSELVES = ['ReplicaSet', 'ReplicationController'];

/**
 * The workloads that lack pods because one of our hooks did not answer, or refused them.
 * @param namespace only there; everywhere unless told
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function heldBackWorkloads(transport: KubeTransport, namespace?: string): Promise<readonly HeldBack[]> {
  const found: HeldBack[] = [];
  for (const kind of SAY_IT_THEMSELVES)
    await listObjects(transport, collectionOf(kind, namespace), (object) => {
      const held = heldBack(kind, object, replicaFailure(object));
      if (held !== undefined) found.push(held);
    });
  for (const { kind, place, message, time } of await lastFailures(transport, namespace)) {
    const object = await readJson<object>(transport, pathOfCreator({ kind, ...place }));
    const held = object && heldBack(kind, object, message);
    if (held?.uid !== place.uid) continue;
    // what it lacks then, it does not lack because of us: a StatefulSet waits until its last pod is ready
    const created = await lastEvent(transport, held, 'SuccessfulCreate');
    if (created === undefined || created.time < time) found.push(held);
  }
  return found;
}

function heldBack(kind: string, object: object, message: string | undefined): HeldBack | undefined {
  const failure = message === undefined ? undefined : creationFailure(message);
  const lacks = lackingPods(kind, object);
  const { name, namespace, uid, deletionTimestamp } = metadataOf(object);
  if (failure === undefined || lacks === 0 || deletionTimestamp !== undefined) return undefined;
  return { kind, namespace: String(namespace), name: String(name), uid: String(uid), lacks, failure };
}

interface WorkloadEvent {
  readonly kind: string;
  readonly place: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly message: string;
  /** In UTC, to be compared as text. */
  readonly time: string;
}

/** The last failure of each workload that does not say it itself. */
async function lastFailures(transport: KubeTransport, namespace?: string): Promise<readonly WorkloadEvent[]> {
  const last = new Map<string, WorkloadEvent>();
  const path = namespace === undefined ? '/api/v1/events' : `/api/v1/namespaces/${namespace}/events`;
  await listObjects(
    transport,
    path,
    (event) => {
      const read = readEvent(event);
      if (!POD_CREATORS.includes(read.kind) || SAY_IT_THEMSELVES.includes(read.kind)) return;
      const before = last.get(read.place.uid);
      if (before === undefined || before.time < read.time) last.set(read.place.uid, read);
    },
    { fieldSelector: 'reason=FailedCreate' },
  );
  return [...last.values()].filter(({ message }) => creationFailure(message) !== undefined);
}

/**
 * The last event of a reason about a workload; undefined when there is none.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function lastEvent(
  transport: KubeTransport,
  { namespace, uid }: Pick<HeldBack, 'namespace' | 'uid'>,
  reason: 'FailedCreate' | 'SuccessfulCreate',
): Promise<{ readonly message: string; readonly time: string } | undefined> {
  let last: WorkloadEvent | undefined;
  await listObjects(
    transport,
    `/api/v1/namespaces/${namespace}/events`,
    (event) => {
      const read = readEvent(event);
      if (last === undefined || last.time < read.time) last = read;
    },
    { fieldSelector: `reason=${reason},involvedObject.uid=${uid}` },
  );
  return last;
}

function readEvent(event: Readonly<Record<string, unknown>>): WorkloadEvent {
  const { kind, name, uid } = fieldsOf(event.involvedObject);
  const { namespace, creationTimestamp } = metadataOf(event);
  const times = [event.lastTimestamp, fieldsOf(event.series).lastObservedTime, event.eventTime, creationTimestamp];
  return {
    kind: String(kind),
    place: { namespace: String(namespace), name: String(name), uid: String(uid) },
    message: String(event.message),
    time: String(times.find((time) => typeof time === 'string')),
  };
}

function collectionOf(kind: string, namespace: string | undefined): string {
  const resource = WORKLOADS.find((one) => one.kind === kind);
  if (resource === undefined) throw new Error(`${kind} is not a kind of Kubernetes that creates pods`);
  const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${rootOf(resource)}${within}/${resource.plural}`;
}
