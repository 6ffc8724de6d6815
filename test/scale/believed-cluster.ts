import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../cluster/api-client.ts';

const EVERY_MS = 100;
const PAGE = 500;

interface PodPage {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly { readonly metadata: { readonly name: string; readonly namespace: string } }[];
}

// the API server is gone before whoever believes is told
const NOTHING = { body: { items: [] } };

/**
 * Says of every pod of a cluster that it runs and is ready, as a kubelet or kwok would: what is asked here is how many there are, not what they
 * do. Ends with the signal.
 */
export async function believeCluster(api: ApiClient, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const { body } = await api
      .call('GET', `/api/v1/pods?fieldSelector=status.phase%3DPending&limit=${PAGE}`)
      .catch(() => NOTHING);
    const conditions = ['Ready', 'ContainersReady'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: new Date().toISOString(),
    }));
    const { items } = body as unknown as PodPage;
    await Promise.all(
      items.map(({ metadata: { namespace, name } }) =>
        api
          .call('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}/status`, {
            status: { phase: 'Running', conditions },
          })
          // gone meanwhile
          .catch(() => undefined),
      ),
    );
    await sleep(EVERY_MS);
  }
}
