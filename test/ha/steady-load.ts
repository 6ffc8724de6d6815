import { setTimeout as sleep } from 'node:timers/promises';
import { apiClient } from '../cluster/api-client.ts';
import { ASKS, simplePod } from '../cluster/pods.ts';
import type { ControlPlane } from '../controlplane/control-plane.ts';
import { isAway } from './creations.ts';

/** A pod of the load and what its creator was told. */
export interface LoadPod {
  readonly name: string;
  readonly asks: boolean;
  /** HTTP status of the answer. */
  readonly status: number;
  /** What was said when it was not created. */
  readonly message: string;
  readonly startedMs: number;
  readonly tookMs: number;
  /** How often it was tried again because the API server could not be reached. */
  readonly retries: number;
}

/** Pods that are created one after the other, whatever becomes of them. */
export interface SteadyLoad {
  /** Every pod that has had its answer. */
  readonly pods: readonly LoadPod[];
  /** Ends it; resolves when every pod has its answer. */
  stop(): Promise<readonly LoadPod[]>;
}

const EVERY_MS = 20;
const AT_ONCE = 32;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
const CREATED_BEFORE = 409;

/**
 * Creates a pod every 20 ms in a namespace, silent and asking in turn, without waiting for the answer of the one before, as long as
 * no more than `atOnce` wait for theirs: callers that are kept waiting do not send more and more.
 * A creation that the API server never answered is tried again until it does: then nobody has decided about the pod. When only the
 * answer was lost the pod is there already, and the next try says so.
 */
export function startSteadyLoad(controlPlane: ControlPlane, namespace: string, atOnce = AT_ONCE): SteadyLoad {
  const api = apiClient(controlPlane, atOnce);
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const pods: LoadPod[] = [];
  const open = new Set<Promise<void>>();
  const ended = new AbortController();

  const create = async (name: string, asks: boolean): Promise<void> => {
    const startedMs = performance.now();
    const pod = simplePod(name, asks ? { annotations: ASKS } : {});
    for (let retries = 0; ; retries++) {
      const sentMs = performance.now();
      const answer = await api.call('POST', path, pod).catch(() => undefined);
      if (answer === undefined || isAway(answer.status, String(answer.body.message))) {
        await sleep(Math.min(FIRST_PAUSE_MS * 2 ** retries, LONGEST_PAUSE_MS));
        continue;
      }
      const status = retries > 0 && answer.status === CREATED_BEFORE ? 201 : answer.status;
      const message = status === 201 ? '' : String(answer.body.message);
      const tookMs = performance.now() - sentMs;
      pods.push({ name, asks, status, message, startedMs, tookMs, retries });
      return;
    }
  };
  const creating = (async () => {
    let dueMs = performance.now();
    for (let number = 0; !ended.signal.aborted; number++) {
      while (open.size >= atOnce) await Promise.race(open);
      const asks = number % 2 === 1;
      const one = create(`${asks ? 'asks' : 'silent'}-${number}`, asks);
      open.add(one);
      void one.finally(() => open.delete(one));
      // what was held up is not made up for
      dueMs = Math.max(dueMs, performance.now() - EVERY_MS) + EVERY_MS;
      await sleep(Math.max(0, dueMs - performance.now()), undefined, { signal: ended.signal }).catch(() => {});
    }
  })();
  return {
    pods,
    async stop() {
      ended.abort();
      await creating;
      await Promise.all(open);
      api.close();
      return pods;
    },
  };
}
