import { setTimeout as sleep } from 'node:timers/promises';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import type { ApiClient } from './api-client.ts';
import { ASKS, simplePod } from './pods.ts';

/** What became of a pod: stored with or without its sidecar, refused by our hook, or not answered by the API server. */
export type Outcome = 'injected' | 'plain' | 'refused' | 'unreachable';

/** One pod of a load. */
export interface Creation {
  readonly namespace: string;
  readonly asks: boolean;
  readonly outcome: Outcome;
  /** What the caller was told when the pod was refused. */
  readonly message: string;
}

/** Creates one pod and says what became of it; an API server that is away, or not ready yet, is no error. */
export async function createPod(api: ApiClient, namespace: string, name: string, asks: boolean): Promise<Creation> {
  const pod = simplePod(name, asks ? { annotations: ASKS } : {});
  const answer = await api.call('POST', `/api/v1/namespaces/${namespace}/pods`, pod).catch(() => undefined);
  const message = String(answer?.body.message ?? '');
  return { namespace, asks, outcome: answer ? outcomeOf(answer.status, answer.body, message) : 'unreachable', message };
}

function outcomeOf(status: number, body: object, message: string): Outcome {
  if (status === 201) return annotationsOf(body as Pod)[ANNOTATIONS.status] === undefined ? 'plain' : 'injected';
  return message.includes('pillion.io') ? 'refused' : 'unreachable';
}

/** A steady load of pods, one after the other. */
export interface PodLoad {
  /** Ends it; resolves when the last pod has its answer. */
  stop(): Promise<void>;
}

/** Creates silent and asking pods in turn in all of these namespaces, some eight a second, until it is stopped. */
export function startPodLoad(
  api: ApiClient,
  namespaces: readonly string[],
  /** Called before each pod; what it returns is called with what became of the pod. */
  watch: () => (creation: Creation) => void,
): PodLoad {
  let creating = true;
  const load = (async () => {
    for (let number = 0; creating; number++) {
      const namespace = namespaces[Math.floor(number / 2) % namespaces.length] ?? '';
      const asks = number % 2 === 1;
      const seen = watch();
      seen(await createPod(api, namespace, `${asks ? 'asks' : 'silent'}-${number}`, asks));
      await sleep(100);
    }
  })();
  return {
    stop: () => {
      creating = false;
      return load;
    },
  };
}
