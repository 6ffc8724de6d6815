import { request } from 'node:https';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FeedPage } from '../../src/core/dashboard/decisions.ts';
import { API } from '../../src/core/dashboard/routes.ts';
import type { NamespacePage, WorkloadPage } from '../../src/core/dashboard/workloads.ts';
import { http1Caller } from '../https/callers.ts';
import { freePort } from '../processes/free-port.ts';
import { type Readers, readers } from './dashboard/granted-readers.ts';
import { deploymentText } from './deployment-text.ts';
import { eventually } from './eventually.ts';
import { makeOwner, OWN_NAMESPACE } from './installation.ts';
import { ownKinds } from './own-kinds.ts';
import { ASKS, simplePod } from './pods.ts';
import { webhookInForce } from './registered.ts';
import { REPLICA } from './replicas.ts';
import { type Service, startService } from './service.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const cluster = testCluster({ shop: ENABLED, street: ENABLED, [OWN_NAMESPACE]: {} });
let service: Service;
let reading: Readers;
let tokens: Readonly<Record<'whole' | 'shop' | 'nobody', string>>;

interface Replica {
  readonly admissionPort: number;
  /** Of its API. */
  readonly url: string;
  ask(path: string, token?: string): Promise<{ readonly status: number; readonly text: string }>;
  stop(): Promise<unknown>;
}
const replicas = new Map<string, Replica>();

beforeAll(async () => {
  await ownKinds(cluster.api);
  await makeOwner(cluster.api);
  reading = await readers(cluster, OWN_NAMESPACE);
  tokens = {
    whole: await reading.make('whole'),
    shop: await reading.make('shop'),
    nobody: await reading.make('nobody'),
  };
  await reading.grant('whole');
  await reading.grant('shop', 'shop');
  for (const name of ['shop', 'street'])
    await cluster.controlPlane.kubectl(['apply', '-f', '-'], deploymentText(name, 'web', ASKS, 1));
  service = await startService();
  for (const name of ['pillion-a', 'pillion-b']) replicas.set(name, await replica(name));
  service.route(one('pillion-a').admissionPort);
  await webhookInForce(cluster.controlPlane, 'shop');
});

afterAll(async () => {
  await Promise.all([...replicas.values()].map((each) => each.stop()));
  await service?.stop();
});

const one = (name: string): Replica => replicas.get(name) as Replica;

/** A process of Pillion with a dashboard, and the pod that it stands for. */
async function replica(name: string): Promise<Replica> {
  const port = await freePort();
  const started = await cluster.launcher.start({
    register: `https://127.0.0.1:${service.port}`,
    pod: name,
    args: [...REPLICA, '--dashboard-port', String(port)],
  });
  const path = `/api/v1/namespaces/${OWN_NAMESPACE}/pods`;
  const labels = { 'app.kubernetes.io/name': 'pillion', 'app.kubernetes.io/component': 'webhook' };
  const container = { name: 'pillion', image: 'registry.example/pillion:1' };
  const spec = {
    containers: [{ ...container, ports: [{ name: 'dashboard', containerPort: port }] }],
  };
  expect(await cluster.api.call('POST', path, simplePod(name, { labels, spec }))).toMatchObject({ status: 201 });
  const status = {
    ...{ phase: 'Running', podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] },
    conditions: [{ type: 'Ready', status: 'True' }],
  };
  expect(await cluster.api.call('PATCH', `${path}/${name}/status`, { status })).toMatchObject({ status: 200 });
  const caller = http1Caller(`https://127.0.0.1:${port}`, cluster.launcher.authority);
  return {
    admissionPort: started.port,
    url: `https://127.0.0.1:${port}${API}`,
    ask: (of, token) =>
      caller.call(`${API}${of}`, undefined, {
        method: 'GET',
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      }),
    stop: () => {
      caller.close();
      return started.process.stop();
    },
  };
}

async function told<T>(path: string, token: string, by = 'pillion-a'): Promise<T> {
  const { status, text } = await one(by).ask(path, token);
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return JSON.parse(text) as T;
}

const WHOLE = ['/overview', '/rollout', '/policy', '/capacity'];

test('who may list pods everywhere sees the whole cluster', async () => {
  for (const path of WHOLE)
    expect([path, (await one('pillion-a').ask(path, tokens.whole)).status]).toEqual([path, 200]);
  const { items } = await told<WorkloadPage>('/workloads?search=/web', tokens.whole);
  expect(items.map(({ namespace }) => namespace)).toEqual(['shop', 'street']);
});

test('who may list pods in one namespace sees that one, and is told what is missing for the rest', async () => {
  const { items } = await told<WorkloadPage>('/workloads', tokens.shop);
  expect(items.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(['shop/web']);
  const { items: namespaces } = await told<NamespacePage>('/namespaces', tokens.shop);
  expect(namespaces.map(({ name }) => name)).toEqual(['shop']);
  expect(await one('pillion-a').ask('/workloads/shop/Deployment/web', tokens.shop)).toMatchObject({ status: 200 });
  for (const path of [...WHOLE, '/workloads/street/Deployment/web', '/workloads?namespace=street']) {
    const { status, text } = await one('pillion-a').ask(path, tokens.shop);
    expect([path, status]).toEqual([path, 403]);
    expect(JSON.parse(text).next).toContain('--clusterrole=pillion-dashboard-reader');
  }
});

test('who may list pods nowhere, and who nobody knows, see nothing', async () => {
  for (const path of [...WHOLE, '/workloads', '/decisions', '/decisions/stream'])
    expect([path, (await one('pillion-a').ask(path, tokens.nobody)).status]).toEqual([path, 403]);
  const [header, payload] = tokens.whole.split('.');
  for (const token of [undefined, 'forged', `${header}.${payload}.c2lnbmVk`])
    expect(await one('pillion-a').ask('/workloads', token)).toMatchObject({
      status: 401,
      text: expect.stringContaining('pillion dashboard'),
    });
});

test('a right that is granted counts soon, and one that is taken away, or whose holder is deleted, ends soon', async () => {
  const [late, gone] = [await reading.make('late'), await reading.make('gone')];
  const status = async (token: string) => (await one('pillion-a').ask('/workloads', token)).status;
  expect([await status(late), await status(gone)]).toEqual([403, 403]);
  await Promise.all([reading.grant('late', 'street'), reading.grant('gone')]);
  await eventually('both see something', async () => (await status(late)) + (await status(gone)) === 400);
  await reading.revoke('late', 'street');
  await cluster.api.call('DELETE', `/api/v1/namespaces/${OWN_NAMESPACE}/serviceaccounts/gone`);
  await eventually('the first may see nothing', async () => (await status(late)) === 403);
  await eventually('the second is nobody any more', async () => (await status(gone)) === 401);
});

/** What a stream has told so far. */
function listenTo(url: string, token: string) {
  const heard = { text: '', end: () => call.destroy() };
  const headers = { authorization: `Bearer ${token}` };
  const call = request(url, { ca: cluster.launcher.authority, headers, agent: false }, (response) => {
    response.setEncoding('utf8').on('data', (chunk: string) => {
      heard.text += chunk;
    });
  });
  call.on('error', () => {});
  call.end();
  return heard;
}

test('each replica tells what any of them decided, once, and which one is not reached', async () => {
  const create = (name: string) =>
    cluster.api.call('POST', '/api/v1/namespaces/shop/pods', simplePod(name, { annotations: ASKS }));
  const heard = listenTo(`${one('pillion-a').url}/decisions/stream?namespace=shop`, tokens.shop);
  await eventually('the stream begins', () => heard.text !== '');
  expect(await create('by-a')).toMatchObject({ status: 201 });
  await service.reroute(one('pillion-b').admissionPort);
  expect(await create('by-b')).toMatchObject({ status: 201 });
  const path = '/decisions?hook=inject&namespace=shop';
  const feed = async (by: string) => {
    const { items, remarks } = await told<FeedPage>(path, tokens.shop, by);
    const named = items.filter(({ record }) => record.pod?.startsWith('by-'));
    return { remarks, decided: named.map(({ record, replica: of }) => `${record.pod} ${of}`) };
  };
  await eventually('the stream of one tells both', () => /"by-a".*"by-b"/s.test(heard.text));
  heard.end();
  for (const by of ['pillion-a', 'pillion-b'])
    expect(await feed(by)).toEqual({ remarks: [], decided: ['by-b pillion-b', 'by-a pillion-a'] });

  await one('pillion-b').stop();
  replicas.delete('pillion-b');
  const left = await told<FeedPage>(path, tokens.whole);
  expect(left.remarks).toEqual([{ what: expect.stringContaining('pillion-b'), next: expect.any(String) }]);
});
