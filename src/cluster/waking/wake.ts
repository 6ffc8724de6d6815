import { setTimeout as sleep } from 'node:timers/promises';
import { creationFailure } from '../../core/waking/creation-failure.ts';
import { lackingPods, replicaFailure } from '../../core/waking/lacking-pods.ts';
import { ApiError } from '../api-error.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';
import { type HeldBack, lastEvent, pathOfCreator } from './held-back.ts';

/**
 * What is written on a workload, so that its controller looks at it. Every one of these controllers looks at once when its object
 * changes, while the next attempt of its own is up to 1,000 s away (measured for each kind on kube-controller-manager 1.37; that of
 * Jobs takes up to a second). It stands on the object itself and not on its pod template, so nothing is rolled out.
 */
const KICKED_AT = 'pillion.io/kicked-at';

/** What became of a workload that was woken. */
export interface Woken {
  readonly workload: HeldBack;
  /** `has-pods`: it creates them again. `waits`: it does not. `gone`: it is no longer there. `not-woken`: it could not be written. */
  readonly result: 'has-pods' | 'waits' | 'gone' | 'not-woken';
  /** Why, for the two in between. */
  readonly message?: string;
}

const CALL_WITHIN_MS = 10_000;
// a webhook takes at most 5 s, and the sync of a Job is put off by one
const LOOKED_AT_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 250;

/**
 * Wakes the controllers of these workloads, and waits until each has created a pod, or has had the time to.
 * @throws ClusterUnreachable, TimeoutError, ApiError when it may not read, the reason of `signal`
 */
export async function wake(
  transport: KubeTransport,
  workloads: readonly HeldBack[],
  now: () => Date,
  signal: AbortSignal,
): Promise<readonly Woken[]> {
  return await Promise.all(
    workloads.map(async (workload) => {
      // events tell whole seconds
      const since = `${now().toISOString().slice(0, -'.000Z'.length)}Z`;
      const unwritten = await written(transport, workload, since, signal);
      return unwritten ?? (await awaited(transport, workload, since, signal));
    }),
  );
}

/** Undefined when it is written. */
async function written(
  transport: KubeTransport,
  workload: HeldBack,
  at: string,
  signal: AbortSignal,
): Promise<Woken | undefined> {
  // the uid keeps another object of the same name as it is
  const metadata = { uid: workload.uid, annotations: { [KICKED_AT]: at } };
  try {
    const response = await transport.open({
      method: 'PATCH',
      path: `${pathOfCreator(workload)}?fieldManager=pillion-kick`,
      contentType: 'application/merge-patch+json',
      body: JSON.stringify({ metadata }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_WITHIN_MS)]),
    });
    response.resume();
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404 || error.status === 409) return { workload, result: 'gone' };
    return { workload, result: 'not-woken', message: error.message };
  }
}

async function awaited(
  transport: KubeTransport,
  workload: HeldBack,
  since: string,
  signal: AbortSignal,
): Promise<Woken> {
  for (let leftMs = LOOKED_AT_WITHIN_MS; leftMs > 0; leftMs -= LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS, undefined, { signal });
    const object = await readJson<object>(transport, pathOfCreator(workload), signal);
    if (object === undefined) return { workload, result: 'gone' };
    if (isAwake(workload, object)) return { workload, result: 'has-pods' };
  }
  const last = await lastEvent(transport, workload, 'FailedCreate');
  const isNew = last !== undefined && last.time >= since;
  const message = isNew ? last.message : 'its controller has not looked at it yet';
  return { workload, result: 'waits', message };
}

/** A StatefulSet creates one pod after the other, so one that came is enough. */
function isAwake({ kind, lacks }: HeldBack, object: object): boolean {
  const message = replicaFailure(object);
  if (message !== undefined && creationFailure(message) !== undefined) return false;
  return lackingPods(kind, object) < lacks;
}
