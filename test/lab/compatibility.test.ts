import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { call } from './counted.ts';
import type { Lab } from './lab.ts';
import { SHOP, shopPod, shopReady, startShop } from './shop.ts';

// What checks of `pillion check` say of traffic, beside what other tests of the lab show; docs/compatibility.md names all of them.

let lab: Lab;
let client: PodWorker;

beforeAll(async () => {
  lab = await startShop();
  await lab.apply(
    shopPod('client', 'lab/client'),
    shopPod('direct', 'lab/client', WITHOUT),
    shopPod('server', 'lab/all'),
  );
  await shopReady(lab, 'client', 'direct', 'server');
  client = lab.pod(SHOP, 'client');
});

afterAll(async () => lab?.stop());

const WITHOUT = { annotations: { 'sidecar.istio.io/inject': 'false' } };
const addressOf = (name: string): string => lab.pod(SHOP, name).ips[0] ?? '';

test('FIT021: where the server speaks first, its greeting waits for the sidecars, and comes at once past them', async () => {
  const past = {
    'traffic.sidecar.istio.io/excludeInboundPorts': '9001',
    'traffic.sidecar.istio.io/excludeOutboundPorts': '9001',
  };
  await lab.apply(
    shopPod('mail', 'lab/all'),
    shopPod('mail-past', 'lab/all', { annotations: past }),
    shopPod('client-past', 'lab/client', { annotations: past }),
  );
  await shopReady(lab, 'mail', 'mail-past', 'client-past');
  const fastest = async (from: PodWorker, to: string) => {
    const times: number[] = [];
    for (const _ of [1, 2, 3, 4, 5]) times.push(Number((await call(lab, from, 'greeting', addressOf(to), '9001')).ms));
    return Math.min(...times);
  };
  // each of the two sidecars waits 0.1 s for a first byte of the client
  expect(await fastest(client, 'mail')).toBeGreaterThanOrEqual(190);
  expect(await fastest(lab.pod(SHOP, 'client-past'), 'mail-past')).toBeLessThan(100);
});

/** An echo that listens on one address only. */
const echo = (host: string) =>
  `require('node:net').createServer((socket) => socket.pipe(socket)).listen(9000, ${host});`;

test('FIT023: what listens on loopback alone is reached by nobody else, with a sidecar as without', async () => {
  const listening = (name: string, host: string, more: object = {}) =>
    shopPod(name, 'lab/client', { container: { command: ['node', '-e', echo(host)] }, ...more });
  await lab.apply(
    listening('open', "'::'"),
    listening('hidden', "'127.0.0.1'"),
    listening('hidden-direct', "'127.0.0.1'", WITHOUT),
  );
  await shopReady(lab, 'open', 'hidden', 'hidden-direct');
  const echoed = (from: PodWorker, to: string) => call(lab, from, 'tcp', addressOf(to), '9000', 'text');
  await eventually('the open one answers', async () => {
    const { received } = await echoed(client, 'open');
    return received === 'text';
  });
  expect((await echoed(client, 'hidden')).received).not.toBe('text');
  expect(await echoed(lab.pod(SHOP, 'direct'), 'hidden-direct')).toEqual({ error: 'ECONNREFUSED' });
});

test('FIT012: a Job beside a container that never ends is never complete', async () => {
  const { spec } = shopPod('', 'lab/client', { spec: { restartPolicy: 'Never' } }) as {
    readonly spec: { readonly containers: readonly object[] };
  };
  const [app] = spec.containers;
  const job = (name: string, beside: readonly object[]) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: SHOP },
    spec: {
      backoffLimit: 0,
      template: {
        spec: { ...spec, containers: [{ ...app, command: ['node', '-e', ''] }, ...beside] },
      },
    },
  });
  await lab.apply(job('alone', []), job('beside', [{ ...app, name: 'classic' }]));
  const status = (name: string, field: string) =>
    lab.kubectl('get', 'job', name, '-n', SHOP, '-o', `jsonpath={.status.${field}}`);
  await eventually('the one without is complete', async () => (await status('alone', 'succeeded')) === '1');
  const pod = () => lab.cluster.node.pods(SHOP).find(({ name }) => name.startsWith('beside-'));
  await eventually('the work of the other is done', async () => {
    const app = pod()?.container('app');
    return app !== undefined && app.pid === undefined && pod()?.container('classic')?.pid !== undefined;
  });
  await sleep(3_000);
  expect([await status('beside', 'active'), await status('beside', 'succeeded')]).toEqual(['1', '']);
});

test('FIT013: an init container behind the redirect reaches nobody before the proxy runs', async () => {
  const redirect = client.pod.spec?.initContainers?.find(({ name }) => name === 'istio-init');
  if (redirect === undefined) throw new Error('the client has no redirect');
  const url = `http://${addressOf('server')}:8080/`;
  const early = { name: 'early', image: 'lab/client', command: ['node', '/app/call.mjs', 'http', url] };
  const pod = (name: string, before: readonly object[]) =>
    shopPod(name, 'lab/client', { ...WITHOUT, spec: { restartPolicy: 'Never', initContainers: [...before, early] } });
  await lab.apply(pod('stranded', [{ ...redirect, name: 'redirect', volumeMounts: [] }]), pod('free', []));
  await shopReady(lab, 'free');
  const answer = (name: string) => readFile(lab.pod(SHOP, name).logOf('early'), 'utf8');
  expect(JSON.parse(await answer('free'))).toMatchObject({ status: 200 });
  await eventually('the other has failed', async () => {
    const phase = await lab.kubectl('get', 'pod', 'stranded', '-n', SHOP, '-o', 'jsonpath={.status.phase}');
    return phase === 'Failed';
  });
  expect(JSON.parse(await answer('stranded'))).toEqual({ error: 'ECONNREFUSED' });
});
