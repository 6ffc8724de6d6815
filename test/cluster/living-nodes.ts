import { expect } from '@jest/globals';
import type { ApiClient } from './api-client.ts';
import { eventually } from './eventually.ts';

const HEARTBEAT_MS = 10_000;

interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly status: object;
}

/** Makes nodes, and says of them that they live as their kubelets would, until the function that it resolves with is called, which deletes them. */
export async function keepAlive(api: ApiClient, nodes: readonly NodeObject[]): Promise<() => Promise<void>> {
  const path = ({ metadata }: NodeObject) => `/api/v1/nodes/${metadata.name}`;
  for (const node of nodes) expect(await api.call('POST', '/api/v1/nodes', node)).toMatchObject({ status: 201 });
  const beat = () =>
    Promise.all(
      nodes.map((node) => {
        const at = new Date().toISOString().replace(/\.\d+/, '');
        const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: at };
        return api.call('PATCH', `${path(node)}/status`, { status: { ...node.status, conditions: [ready] } });
      }),
    );
  await beat();
  const beating = setInterval(() => void beat(), HEARTBEAT_MS);
  const stop = async () => {
    clearInterval(beating);
    await Promise.all(nodes.map((node) => api.call('DELETE', path(node))));
  };
  try {
    // the API server taints a node that is new, and a controller takes that back
    await eventually('every node takes pods', async () => {
      const { body } = await api.call('GET', '/api/v1/nodes');
      return (body.items as { spec: { taints?: object[] } }[]).every(({ spec }) => spec.taints === undefined);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
