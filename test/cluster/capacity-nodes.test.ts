import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { demandOf } from '../../src/core/capacity/scheduling/demand.ts';
import { nodeShapeOf } from '../../src/core/capacity/scheduling/node-shape.ts';
import { nodesNeeded } from '../../src/core/capacity/scheduling/nodes-needed.ts';
import { startKwok } from '../controlplane/kwok.ts';
import { startScheduler } from '../controlplane/scheduler.ts';
import { eventually } from './eventually.ts';
import { MIXES, type Mix, nodeLike, podsOf } from './scheduled-mixes.ts';
import { testCluster } from './test-cluster.ts';

const cluster = testCluster();
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  for (const start of [startScheduler, startKwok]) stops.push(await start(cluster.controlPlane));
});

afterAll(async () => {
  for (const stop of stops) await stop();
});

const NODES = '/api/v1/nodes';

interface NodeObject {
  readonly spec: { readonly taints?: readonly object[] };
  readonly status: { readonly phase?: string };
}

interface ScheduledPod {
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly conditions?: readonly { readonly reason?: string }[] };
}

async function podsIn(namespace: string): Promise<readonly ScheduledPod[]> {
  return (await cluster.api.call('GET', `/api/v1/namespaces/${namespace}/pods`)).body.items as ScheduledPod[];
}

const hasNone = ({ spec }: ScheduledPod): boolean => spec.nodeName === undefined;
const waitingIn = async (namespace: string) => (await podsIn(namespace)).filter(hasNone).length;

/** Resolves when the scheduler has looked at every pod. */
const lookedAt = (namespace: string) =>
  eventually('every pod was looked at', async () =>
    (await podsIn(namespace)).every(
      (pod) => !hasNone(pod) || pod.status.conditions?.some(({ reason }) => reason === 'Unschedulable'),
    ),
  );

const predicted = (mix: Mix) =>
  nodesNeeded(
    Array.from({ length: mix.few }, (_, number) => nodeShapeOf(nodeLike(mix, `node-${number}`)) ?? []).flat(),
    podsOf(mix).map(({ spec }) => ({ demand: demandOf(spec), node: undefined, ofDaemonSet: false })),
  );

// a pod that found no node is tried again at the latest after ten seconds when one comes (kube-scheduler, podMaxBackoffSeconds)
const TRIED_AGAIN_MS = 15_000;

test.each(Object.entries(MIXES))(
  '%s: pods without a node, and nodes that they need, are those of the real scheduler within 5 %%',
  async (name, mix) => {
    const { api, controlPlane } = cluster;
    const { more, pending } = predicted(mix);
    const lacking = more[0]?.count ?? 0;
    const margin = Math.max(1, Math.floor((mix.few + lacking) * 0.05));
    await controlPlane.createNamespace(name);
    const added: string[] = [];
    const addNodes = async (count: number) => {
      const nodes = Array.from({ length: count }, (_, number) => nodeLike(mix, `${name}-${added.length + number}`));
      for (const node of nodes) expect(await api.call('POST', NODES, node)).toMatchObject({ status: 201 });
      added.push(...nodes.map(({ metadata }) => metadata.name));
      await eventually('every node takes pods', async () =>
        ((await api.call('GET', NODES)).body.items as readonly NodeObject[]).every(
          ({ spec, status }) => spec.taints === undefined && status.phase === 'Running',
        ),
      );
    };
    try {
      await addNodes(mix.few);
      const pods = podsOf(mix);
      for (const pod of pods)
        expect(await api.call('POST', `/api/v1/namespaces/${name}/pods`, pod)).toMatchObject({ status: 201 });
      await lookedAt(name);
      const waiting = await waitingIn(name);
      expect(Math.abs(waiting - pending)).toBeLessThanOrEqual(pods.length * 0.05);
      // 5 % fewer nodes than are predicted are too few, and 5 % more are enough
      await addNodes(lacking - margin);
      await sleep(TRIED_AGAIN_MS);
      expect(await waitingIn(name)).toBeGreaterThan(0);
      await addNodes(2 * margin);
      await eventually('every pod has a node', async () => (await waitingIn(name)) === 0);
    } finally {
      await api.call('DELETE', `/api/v1/namespaces/${name}/pods?gracePeriodSeconds=0`);
      for (const node of added) await api.call('DELETE', `${NODES}/${node}`);
    }
  },
);
