import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, apiClient } from '../cluster/api-client.ts';
import { eventually } from '../cluster/eventually.ts';
import { ASKS } from '../cluster/pods.ts';
import type { ControlPlane } from '../controlplane/control-plane.ts';

/** ReplicaSets of one asking pod each, which Kubernetes' own controller creates and tries again. */
export interface ReplicaSets {
  /** Ends their making; resolves with their number when each of them has its pod. */
  stop(): Promise<number>;
}

const EVERY_MS = 500;

/** Makes a ReplicaSet every half second in a namespace. */
export function startReplicaSets(controlPlane: ControlPlane, namespace: string): ReplicaSets {
  const api = apiClient(controlPlane);
  const path = `/apis/apps/v1/namespaces/${namespace}/replicasets`;
  const ended = new AbortController();
  const making = (async () => {
    let made = 0;
    for (; !ended.signal.aborted; made++) {
      const answer = await api.call('POST', path, replicaSet(`asks-${made}`));
      if (answer.status !== 201) throw new Error(`ReplicaSet ${made} was not created: ${answer.body.message}`);
      await sleep(EVERY_MS, undefined, { signal: ended.signal }).catch(() => {});
    }
    return made;
  })();
  making.catch(() => {});
  return {
    async stop() {
      ended.abort();
      const made = await making;
      await eventually('every ReplicaSet has its pod', async () => (await withPod(api, path)) === made);
      api.close();
      return made;
    },
  };
}

async function withPod(api: ApiClient, path: string): Promise<number> {
  const { body } = await api.call('GET', path);
  const items = (body.items ?? []) as readonly { readonly status: { readonly replicas: number } }[];
  return items.filter(({ status }) => status.replicas === 1).length;
}

function replicaSet(name: string): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: ASKS },
        spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] },
      },
    },
  };
}
