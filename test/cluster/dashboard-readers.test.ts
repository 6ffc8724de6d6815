import { createServer, request } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import { FeedPage } from '../../src/core/dashboard/decisions.ts';
import { API, type ApiRoute, ROUTES } from '../../src/core/dashboard/routes.ts';
import { validAnswer } from '../core-fixtures/valid-answer.ts';
import { http2Caller } from '../https/callers.ts';
import { askingPod, reviewOf } from '../https/reviews.ts';
import { grant, makeReaderRole, reader } from './dashboard/readers.ts';
import { type ServingReplica, servingReplica } from './dashboard/serving-replicas.ts';
import { eventually } from './eventually.ts';
import { makeOwner, OWN_NAMESPACE } from './installation.ts';
import { ownKinds } from './own-kinds.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const cluster = testCluster({ shop: ENABLED, street: ENABLED, [OWN_NAMESPACE]: {} });
let replicas: readonly [ServingReplica, ServingReplica];
const tokens = { all: '', shop: '', none: '' };
const [FIRST, SECOND] = ['pillion-a', 'pillion-b'];

const messageOf = (text: string) => JSON.parse(text) as { readonly message: string; readonly next: string };

/** Has a replica decide about a pod. */
async function decide({ process }: ServingReplica, namespace: string): Promise<string> {
  const caller = http2Caller(`https://127.0.0.1:${process.port}`, cluster.launcher.authority);
  const review = reviewOf(askingPod(), namespace);
  expect(await caller.call('/inject', review.json)).toMatchObject({ status: 200 });
  caller.close();
  return review.uid;
}

async function feed(replica: ServingReplica, token: string, query = '?limit=500') {
  const { status, text } = await replica.ask(`${API}/decisions${query}`, token);
  expect({ status, text: status === 200 ? '' : text }).toEqual({ status: 200, text: '' });
  return validAnswer(FeedPage, JSON.parse(text) as FeedPage);
}
const uidsOf = ({ items }: FeedPage) => items.map(({ record }) => record.uid);

interface Heard {
  text: string;
  end(): void;
}

/** What a stream of decisions tells. */
function listen({ url }: ServingReplica, token: string): Heard {
  const heard: Heard = { text: '', end: () => call.destroy() };
  const headers = { authorization: `Bearer ${token}` };
  const options = { ca: cluster.launcher.authority, headers, agent: false };
  const call = request(`${url}${API}/decisions/stream`, options, (response) => {
    response.setEncoding('utf8').on('data', (chunk: string) => {
      heard.text += chunk;
    });
    response.on('error', () => {});
  });
  call.on('error', () => {});
  call.end();
  return heard;
}

beforeAll(async () => {
  await ownKinds(cluster.api);
  await makeOwner(cluster.api);
  await makeReaderRole(cluster);
  for (const name of ['all', 'shop', 'none'] as const) tokens[name] = await reader(cluster, name);
  replicas = [await servingReplica(cluster, FIRST), await servingReplica(cluster, SECOND)];
});
afterAll(async () => {
  for (const replica of replicas ?? []) await replica.stop();
});

const GET_ROUTES = (Object.entries(ROUTES) as [string, ApiRoute][])
  .filter(([, { method, path, isStream }]) => method === 'GET' && !path.includes('{') && isStream === undefined)
  .map(([name, route]) => [name, route] as const);

test('a token that the API server does not accept opens nothing', async () => {
  const ended = await reader(cluster, 'ended');
  const ofOthers = await reader(cluster, 'all', '--audience=https://other.example');
  await cluster.api.call('DELETE', '/api/v1/namespaces/shop/serviceaccounts/ended');
  // the API server looks accounts up in a cache, and keeps what it found for 10 s
  await eventually('the API server does not accept it', async () => {
    const review = { spec: { token: ended } };
    const { body } = await cluster.api.call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', review);
    return (body.status as { readonly authenticated?: boolean }).authenticated !== true;
  });
  for (const token of [undefined, 'forged', `${tokens.all}x`, ended, ofOthers]) {
    const [page, api] = [await replicas[0].ask('/', token), await replicas[0].ask(`${API}/workloads`, token)];
    expect([page.status, api.status]).toEqual([401, 401]);
    expect(page.text).toContain('pillion dashboard');
    expect(page.text).not.toContain('<script');
  }
});

test('the commands that answers name grant what is missing', async () => {
  const whole = await replicas[0].ask(`${API}/overview`, tokens.all);
  expect(messageOf(whole.text).message).toBe('system:serviceaccount:shop:all may not list pods in all namespaces.');
  await grant(cluster, messageOf(whole.text).next);
  const one = await replicas[0].ask(`${API}/workloads?namespace=shop`, tokens.shop);
  expect(one.status).toBe(403);
  await grant(cluster, messageOf(one.text).next);
  // what was refused is asked for again after five seconds
  await eventually('both may read', async () => {
    const answers = [
      await replicas[0].ask(`${API}/overview`, tokens.all),
      await replicas[0].ask(`${API}/workloads?namespace=shop`, tokens.shop),
    ];
    return answers.every(({ status }) => status === 200);
  });
});

describe('what each reader is answered', () => {
  test.each(GET_ROUTES)('%s', async (_, { path, answer, byNamespace }) => {
    const asked = async (token: string) => replicas[1].ask(`${API}${path}`, token);
    const [all, shop, none] = [await asked(tokens.all), await asked(tokens.shop), await asked(tokens.none)];
    expect({ status: all.status, text: all.status === 200 ? '' : all.text }).toEqual({ status: 200, text: '' });
    validAnswer(answer, JSON.parse(all.text));
    expect([shop.status, none.status]).toEqual([byNamespace ? 200 : 403, 403]);
    expect(messageOf(none.text).next).toContain('kubectl create');
  });

  test('the page and its files to whoever the cluster knows', async () => {
    const page = await replicas[1].ask('/', tokens.none);
    expect(page.status).toBe(200);
    const files = [...page.text.matchAll(/(?:src|href)="([^":]+\.(?:js|css))"/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const reply = await replicas[1].ask(new URL(file, replicas[1].url).pathname, tokens.none);
      expect([file, reply.status, String(reply.headers['cache-control'])]).toEqual([
        file,
        200,
        expect.stringContaining('immutable'),
      ]);
    }
  });

  test('an answer that has not changed is not sent again', async () => {
    const { headers } = await replicas[1].ask(`${API}/workloads`, tokens.all);
    const again = await replicas[1].ask(`${API}/workloads`, tokens.all, { 'if-none-match': String(headers.etag) });
    expect([again.status, again.text]).toEqual([304, '']);
  });
});

test('each replica tells the decisions of both, and each reader those of their namespaces', async () => {
  const made = [
    await decide(replicas[0], 'shop'),
    await decide(replicas[1], 'shop'),
    await decide(replicas[0], 'street'),
    await decide(replicas[1], 'street'),
  ];
  for (const replica of replicas) {
    await eventually('the decisions of both are there', async () => {
      const uids = uidsOf(await feed(replica, tokens.all));
      return made.every((uid) => uids.includes(uid));
    });
    const all = await feed(replica, tokens.all);
    expect(new Set(all.items.map(({ replica: name }) => name))).toEqual(new Set([FIRST, SECOND]));
    expect(all.remarks).toEqual([]);
    const times = all.items.map(({ id }) => Number(id.split('-')[0]));
    expect(times).toEqual(times.toSorted((one, other) => other - one));
    const own = (await feed(replica, tokens.shop)).items.map(({ record }) => record.namespace);
    expect([...new Set(own)]).toEqual(['shop']);
  }
});

test('a stream of one replica tells what another decides, to each reader of their namespaces', async () => {
  const [all, shop] = [tokens.all, tokens.shop].map((token) => listen(replicas[0], token)) as [Heard, Heard];
  await eventually('both streams have begun', () => all.text !== '' && shop.text !== '');
  const made = [await decide(replicas[1], 'street'), await decide(replicas[1], 'shop')];
  await eventually('the last one is told', () => [all, shop].every(({ text }) => text.includes(made[1] ?? '')));
  expect([all, shop].map(({ text }) => text.includes(made[0] ?? ''))).toEqual([true, false]);
  all.end();
  shop.end();
});

test('what another replica decided is told to those alone who may list pods everywhere', async () => {
  const path = `${API}/decisions/of-this-replica`;
  expect(await replicas[0].ask(path)).toMatchObject({ status: 401 });
  expect(await replicas[0].ask(path, tokens.shop)).toMatchObject({ status: 403 });
});

test('a pod that calls itself Pillion and cannot prove it gets no token, and is told as missing', async () => {
  const { pair } = await issueSelfSigned({ names: ['127.0.0.1'], now: new Date() });
  const heard: unknown[] = [];
  const impostor = createServer({ cert: pair.certificate, key: pair.key }, ({ headers }, response) => {
    heard.push(headers);
    response.end('{}');
  });
  await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
  const { port } = impostor.address() as { readonly port: number };
  const pods = `/api/v1/namespaces/${OWN_NAMESPACE}/pods`;
  await cluster.api.call('POST', pods, {
    metadata: {
      name: 'impostor',
      labels: { 'app.kubernetes.io/name': 'pillion', 'app.kubernetes.io/component': 'webhook' },
    },
    spec: { containers: [{ name: 'a', image: 'b', ports: [{ name: 'dashboard', containerPort: port }] }] },
  });
  const status = { podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }], conditions: [{ type: 'Ready', status: 'True' }] };
  await cluster.api.call('PATCH', `${pods}/impostor/status`, { status });
  await eventually('it is told as missing', async () =>
    (await feed(replicas[0], tokens.all)).remarks.some(({ what }) => what.includes('impostor')),
  );
  expect(heard).toEqual([]);
  expect((await feed(replicas[0], tokens.all)).items.map(({ replica }) => replica)).toContain(SECOND);
  await cluster.api.call('DELETE', `${pods}/impostor`, { gracePeriodSeconds: 0 });
  impostor.close();
});

test('what is taken away ends within the time that an answer is used', async () => {
  const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
  const { body } = await cluster.api.call('GET', bindings);
  const [binding] = (body.items as { metadata: { name: string } }[]).filter(({ metadata }) =>
    metadata.name.startsWith('pillion-reader-'),
  );
  expect(await replicas[0].ask(`${API}/overview`, tokens.all)).toMatchObject({ status: 200 });
  await cluster.api.call('DELETE', `${bindings}/${binding?.metadata.name}`);
  await eventually('it is refused', async () => (await replicas[0].ask(`${API}/overview`, tokens.all)).status === 403);
});
