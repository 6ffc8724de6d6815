import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { believePods } from '../ha/believed-pods.ts';
import { eventually } from './eventually.ts';
import { makeOwner, OWN_NAMESPACE } from './installation.ts';
import { counterOf } from './metrics.ts';
import { ownKinds } from './own-kinds.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { leaseHolder, REPLICA } from './replicas.ts';
import { type Service, startService } from './service.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const EVERY_MS = 2_000;
const cluster = testCluster({ shop: ENABLED, [OWN_NAMESPACE]: {} });
const ended = new AbortController();
let service: Service;
let believing: Promise<void>;
let replicas: readonly PillionProcess[] = [];

const PODS = '/api/v1/namespaces/shop/pods';
const NAMES = ['api', 'web'] as const;

const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations: ASKS },
      spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] },
    },
  },
});

async function injected(name: string): Promise<readonly boolean[]> {
  const { body } = await cluster.api.call('GET', `${PODS}?labelSelector=app%3D${name}`);
  return (body.items as { metadata: { annotations: Record<string, string> } }[]).map(
    ({ metadata }) => metadata.annotations['pillion.io/status'] !== undefined,
  );
}

async function generations(): Promise<unknown[]> {
  const { body } = await cluster.api.call('GET', '/apis/apps/v1/namespaces/shop/deployments');
  return (body.items as { metadata: { generation: number } }[]).map(({ metadata }) => metadata.generation);
}

/** What the replicas say in their logs, line by line. */
async function said(message: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const texts = await Promise.all(replicas.map(({ log }) => readFile(log, 'utf8')));
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.includes(message));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function events(): Promise<readonly { reason: string; name: string; atMs: number }[]> {
  const { body } = await cluster.api.call('GET', '/api/v1/namespaces/shop/events');
  const items = body.items as {
    reason: string;
    involvedObject: { name: string };
    reportingComponent: string;
    eventTime: string;
  }[];
  return items
    .filter(({ reportingComponent }) => reportingComponent === 'pillion.io/watchdog')
    .map(({ reason, involvedObject: { name }, eventTime }) => ({
      reason,
      name,
      atMs: Date.parse(eventTime),
    }));
}

beforeAll(async () => {
  service = await startService();
  await makeOwner(cluster.api);
  await ownKinds(cluster.api);
  believing = believePods(cluster.api, 'shop', ended.signal);
  // before Pillion is there, so that nobody gives them a sidecar
  for (const name of NAMES)
    await cluster.api.call('POST', '/apis/apps/v1/namespaces/shop/deployments', deployment(name));
  await cluster.api.call('POST', PODS, simplePod('tool', { annotations: ASKS }));
  for (const name of NAMES)
    await cluster.controlPlane.kubectl(['rollout', 'status', '-n', 'shop', `deployment/${name}`, '--timeout=60s']);
  // nothing leads from the API server to them yet
  replicas = await Promise.all(
    ['one', 'two'].map((pod) =>
      cluster.launcher.start({
        pod,
        register: `https://127.0.0.1:${service.port}`,
        args: [...REPLICA, '--watchdog', `--watchdog-every=${EVERY_MS / 1000}s`, '--watchdog-per-hour=50'],
      }),
    ),
  );
  await eventually('one replica registers', async () => (await leaseHolder(cluster.api)) !== '');
});

afterAll(async () => {
  ended.abort();
  await believing;
  await service?.stop();
});

test('while the API server does not reach the webhook it restarts nothing, and says why', async () => {
  await eventually('it has looked twice', async () => (await said('the watchdog restarts nothing now')).length >= 2);
  const [first] = await said('the watchdog restarts nothing now');
  expect(first).toMatchObject({
    workload: 'Deployment shop/api',
    reason: expect.stringContaining('failed calling webhook "inject.pillion.io"'),
  });
  expect(await generations()).toEqual([1, 1]);
});

test('then the pods that were created while nobody was there are brought right, one workload after the other', async () => {
  service.route(replicas[0]?.port);
  await eventually('all pods have their sidecar', async () => {
    const all = await Promise.all(NAMES.map(injected));
    return all.every((pods) => pods.length === 2 && pods.every((has) => has));
  });
  await eventually('it has told of both', async () => (await events()).length === 4);
  const told = (await events()).toSorted((one, other) => one.atMs - other.atMs);
  expect(told.map(({ reason, name }) => `${name} ${reason}`).toSorted()).toEqual([
    'api RestartedForSidecar',
    'api SidecarsRunning',
    'web RestartedForSidecar',
    'web SidecarsRunning',
  ]);
  const begun = told.filter(({ reason }) => reason === 'RestartedForSidecar').map(({ atMs }) => atMs);
  expect((begun[1] ?? 0) - (begun[0] ?? 0)).toBeGreaterThanOrEqual(EVERY_MS - 1_000);
  expect(await generations()).toEqual([2, 2]);
});

test('what nobody can restart is counted, and left as it is', async () => {
  const sums = async (name: string) => {
    const all = await Promise.all(replicas.map(({ opsPort }) => counterOf(opsPort, name)));
    return all.flatMap((series) => [...series]);
  };
  await eventually('nothing is left for it', async () =>
    (await sums('pillion_watchdog_workloads_missing_sidecars')).some(
      ([labels, value]) => labels.includes('restartable') && value === 0,
    ),
  );
  const missing = await sums('pillion_watchdog_workloads_missing_sidecars');
  expect(missing.filter(([labels]) => labels.includes('by-hand')).map(([, value]) => value)).toEqual([1]);
  const done = (await sums('pillion_watchdog_restarts_total')).filter(([labels]) => labels.includes('done'));
  expect(done.map(([, value]) => value).toSorted()).toEqual([0, 2]);
  // more looks change nothing
  await sleep(2 * EVERY_MS);
  expect(await generations()).toEqual([2, 2]);
});
