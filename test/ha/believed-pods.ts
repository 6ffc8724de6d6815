import type { ApiClient } from '../cluster/api-client.ts';

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status?: { readonly phase?: string };
  }[];
}

const EVERY_MS = 200;

/**
 * Says of every pod of a namespace that it runs and is ready, as a kubelet would that runs them: what is asked here is which
 * containers a pod has, not what they do. Ends with the signal.
 */
export async function believePods(api: ApiClient, namespace: string, ended: AbortSignal): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: new Date().toISOString() });
  while (!ended.aborted) {
    const { body } = await api.call('GET', path).catch(() => ({ body: { items: [] } }));
    const waiting = ((body as unknown as PodList).items ?? []).filter(({ status }) => status?.phase !== 'Running');
    for (const { metadata } of waiting) {
      const status = { phase: 'Running', conditions: ['Ready', 'ContainersReady'].map(condition) };
      await api.call('PATCH', `${path}/${encodeURIComponent(metadata.name)}/status`, { status }).catch(() => {});
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
