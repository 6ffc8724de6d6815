import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { V1EndpointSliceList } from '@kubernetes/client-node';
import { eventually } from '../cluster/eventually.ts';
import { ASKS } from '../cluster/pods.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import type { Lab } from './lab.ts';
import { linesOf } from './passed.ts';
import { SHOP, shopPod, shopReady, shopService, startShop } from './shop.ts';

const REPLICAS = 5;
const EVERY_MS = 25;

let lab: Lab;

beforeAll(async () => {
  lab = await startShop();
});

afterAll(async () => lab?.stop());

/** What the load program says: how often each outcome came. */
interface Outcomes {
  /** Requests over connections that are kept. */
  readonly kept: Readonly<Record<string, number>>;
  /** Requests over connections of their own. */
  readonly fresh: Readonly<Record<string, number>>;
  /** Requests over one connection of HTTP/2, until its server says that it goes away. */
  readonly http2: Readonly<Record<string, number>>;
}

interface Replaced {
  readonly outcomes: Outcomes;
  readonly servers: number;
  /** Requests that came to all servers. */
  readonly arrived: number;
}

/** Replaces all replicas again and again under a steady load through their Service, each time when the ones before are in it. */
async function replaced(name: string, annotations: object, rounds: number): Promise<Replaced> {
  const rollout = (word: string, ...more: readonly string[]) =>
    lab.kubectl('rollout', word, `deployment/${name}`, '-n', SHOP, ...more);
  const running = () => lab.cluster.node.pods(SHOP).filter(({ pod }) => pod.metadata?.labels?.app === name);
  const servers = new Map<string, PodWorker>();
  const inService = async () => {
    for (const server of running()) servers.set(server.name, server);
    const newest = [...servers.keys()].slice(-REPLICAS).sort();
    await eventually('the Service has the new pods alone', async () => {
      const ready = await readyIn(name);
      return ready.length === REPLICAS && newest.every((pod) => ready.includes(pod));
    });
  };
  await lab.apply(deployment(name, annotations), shopService(name, name));
  await rollout('status', '--timeout=180s');
  await inService();
  const client = `load-on-${name}`;
  const command = ['node', '/app/load.mjs', `http://${name}/load`, String(EVERY_MS)];
  const pod = shopPod(client, 'lab/client', { container: { command } }) as { readonly metadata: object };
  await lab.apply({ ...pod, metadata: { ...pod.metadata, annotations } });
  await shopReady(lab, client);
  for (let round = 0; round < rounds; round++) {
    await rollout('restart');
    await rollout('status', '--timeout=180s');
    await inService();
  }
  await eventually('the replaced ones are gone', () => running().length === REPLICAS);
  const worker = lab.pod(SHOP, client);
  worker.signal('app', 'SIGUSR2');
  const said = async () =>
    (await readFile(worker.logOf('app'), 'utf8')).split('\n').find((line) => line.startsWith('{'));
  await eventually('the load has ended', async () => (await said()) !== undefined);
  const arrived = await Promise.all([...servers.values()].map((server) => linesOf(server, /^request GET \/load /)));
  return {
    outcomes: JSON.parse((await said()) ?? ''),
    servers: servers.size,
    arrived: arrived.reduce((sum, count) => sum + count, 0),
  };
}

/** Its application goes on for a while when it is told to end, until everybody knows that it does: without that, any loses requests. */
const deployment = (name: string, annotations: object): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: SHOP },
  spec: {
    replicas: REPLICAS,
    selector: { matchLabels: { app: name } },
    strategy: { rollingUpdate: { maxSurge: REPLICAS, maxUnavailable: 0 } },
    template: {
      metadata: { labels: { app: name }, annotations },
      spec: {
        terminationGracePeriodSeconds: 8,
        containers: [
          {
            name: 'app',
            image: 'lab/http',
            // the controller of endpoints was seen to take up to 2 s, after "informer cache is out of date"
            lifecycle: { preStop: { sleep: { seconds: 4 } } },
            readinessProbe: { httpGet: { path: '/probe', port: 8080 }, periodSeconds: 1 },
          },
        ],
      },
    },
  },
});

/** The names of the pods that a Service sends calls to. */
async function readyIn(service: string): Promise<readonly string[]> {
  const ofService = `kubernetes.io/service-name=${service}`;
  const text = await lab.kubectl('get', 'endpointslices', '-n', SHOP, '-l', ofService, '-o', 'json');
  const endpoints = (JSON.parse(text) as V1EndpointSliceList).items.flatMap((slice) => slice.endpoints ?? []);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready);
  return [...new Set(ready.map(({ targetRef }) => targetRef?.name ?? ''))];
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, count) => all + count, 0);
const ALL_ANSWERED = { 200: expect.any(Number) };

describe('a steady load over 50 replacements of pods with sidecars', () => {
  let result: Replaced;

  beforeAll(async () => {
    result = await replaced('web', ASKS, 10);
  });

  test('comes to all of them', () => {
    expect(result.servers).toBe(55);
    expect(sum(result.outcomes.fresh)).toBeGreaterThan(500);
    expect(sum(result.outcomes.kept)).toBe(sum(result.outcomes.fresh));
    expect(sum(result.outcomes.http2)).toBe(sum(result.outcomes.fresh));
  });

  test('loses no request that has a connection of its own', () => {
    expect(result.outcomes.fresh).toEqual(ALL_ANSWERED);
  });

  test('loses no request of a connection that is kept', () => {
    expect(result.outcomes.kept).toEqual(ALL_ANSWERED);
  });

  test('loses no request of a connection of HTTP/2', () => {
    expect(result.outcomes.http2).toEqual(ALL_ANSWERED);
  });

  test('reaches an application once for each answer that is not the sidecar’s own', () => {
    const answered = Object.values(result.outcomes).map((outcomes) => outcomes['200'] ?? 0);
    expect(result.arrived).toBe(answered.reduce((all, count) => all + count, 0));
  });
});

test('the same over replacements without sidecars loses nothing, so that what is lost above is lost by sidecars', async () => {
  const { outcomes, arrived } = await replaced('bare', {}, 2);
  expect(outcomes).toEqual({ kept: ALL_ANSWERED, fresh: ALL_ANSWERED, http2: ALL_ANSWERED });
  expect(arrived).toBe(sum(outcomes.kept) + sum(outcomes.fresh) + sum(outcomes.http2));
});
