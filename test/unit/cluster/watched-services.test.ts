import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pino from 'pino';
import type { AcceptedTexts } from '../../../src/cluster/accepted-values.ts';
import { WatchedServices } from '../../../src/cluster/watched-services.ts';
import type { TrafficDefaults } from '../../../src/core/api/traffic/defaults.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../../src/core/traffic/defaults.generated.ts';
import { NO_TRAFFIC_SERVICES, referred, type TrafficServices } from '../../../src/core/traffic/traffic-services.ts';
import { until } from '../../https/until.ts';
import { type FakeApiServer, fakeApiServer, json, type SeenRequest, status } from './fake-api-server.ts';

const GOOD = (name: string, timeout = '5s') => `service: {name: ${name}, port: 80}\nretries: none\ntimeout: ${timeout}`;

interface ServiceObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}

let api: FakeApiServer;
let watched: WatchedServices;
/** What the API server has, by name. */
let stored: Map<string, ServiceObject>;
let version: number;
let company: TrafficDefaults;
/** Happens when they are about to be judged. */
let meanwhile: () => void;
let watches: ServerResponse[];
/** Answers reads in place of the API server. */
let readsFail: boolean;
let published: TrafficServices[];
let counts: { objects: number; refused: number; synced: number };
let logged: string[];
/** What was kept before, and what is to be kept. */
let kept: AcceptedTexts;
let keeps: AcceptedTexts[];

beforeEach(async () => {
  api = await fakeApiServer();
  [stored, version, watches, readsFail, published, logged] = [new Map(), 1, [], false, [], []];
  company = BUILT_IN_TRAFFIC_DEFAULTS;
  meanwhile = () => {};
  [kept, keeps] = [new Map(), []];
  counts = { objects: 0, refused: 0, synced: 0 };
  api.script((request, response) => {
    if (request.query.has('watch')) {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      watches.push(response);
      return;
    }
    const name = /\/namespaces\/shop\/services\/(.+)$/.exec(request.path)?.[1];
    if (name === undefined) return json(list())(request, response);
    const found = stored.get(name);
    if (readsFail) return status(500, 'InternalError')(request, response);
    return (found === undefined ? status(404, 'NotFound') : json(found))(request, response);
  });
});

afterEach(async () => {
  await watched.stop();
  await api.close();
});

const list = () => ({
  kind: 'PartialObjectMetadataList',
  metadata: { resourceVersion: String(version) },
  items: [...stored.values()].map(({ metadata }) => ({ metadata })),
});

/** Puts a Service in place and tells a watch that is open. */
function put(name: string, text?: string, uid = name): void {
  version += 1;
  const annotations = { team: 'shop', ...(text === undefined ? {} : { 'pillion.io/traffic': text }) };
  const metadata = { name, namespace: 'shop', uid, resourceVersion: String(version), annotations };
  stored.set(name, { metadata, spec: { clusterIP: 'None', selector: { app: name }, ports: [{ port: 80 }] } });
  tell('MODIFIED', metadata);
}

function remove(name: string): void {
  const metadata = stored.get(name)?.metadata;
  stored.delete(name);
  tell('DELETED', metadata);
}

const tell = (type: string, metadata: unknown) =>
  watches.at(-1)?.write(`${JSON.stringify({ type, object: { metadata } })}\n`);

function start(): void {
  watched = new WatchedServices({
    transport: api.transport,
    judge: () => {
      const judge = { company, today: '2026-11-03' };
      meanwhile();
      return judge;
    },
    publish: (services) => void published.push(services),
    onSynced: () => {
      counts.synced += 1;
    },
    log: pino({}, { write: (line) => void logged.push(JSON.parse(line).msg) }),
    metrics: {
      contact: () => {},
      restarted: () => {},
      listed: () => {},
      objects: (count) => {
        counts.objects = count;
      },
    },
    refused: (count) => {
      counts.refused = count;
    },
    memory: { read: async () => kept, keep: (texts) => void keeps.push(texts) },
    now: () => 0,
    random: () => 0,
  });
  watched.start();
}

async function started(): Promise<void> {
  start();
  await until(() => watches.length === 1 && counts.synced === 1);
}

const timeoutOf = (name: string) => referred(published.at(-1) ?? NO_TRAFFIC_SERVICES, 'shop', name)?.values.timeout;
const reads = (): string[] =>
  api.seen.filter((request: SeenRequest) => request.path.includes('/namespaces/')).map(({ path }) => path);

test('those that say something are read whole when they are listed, and those that say nothing cost no read', async () => {
  put('inventory', GOOD('inventory'));
  put('silent');
  put('pricing', GOOD('pricing', '2s'));
  await started();
  expect([timeoutOf('inventory'), timeoutOf('pricing'), timeoutOf('silent')]).toEqual(['5s', '2s', undefined]);
  expect(reads().sort()).toEqual([
    '/api/v1/namespaces/shop/services/inventory',
    '/api/v1/namespaces/shop/services/pricing',
  ]);
  expect([published.length, counts]).toEqual([1, { objects: 2, refused: 0, synced: 1 }]);
  expect(api.seen[0]?.headers.accept).toContain('PartialObjectMetadataList');
});

test('without any, decisions wait for nothing', async () => {
  put('silent');
  await started();
  put('silent');
  put('marker', GOOD('marker'));
  await until(() => timeoutOf('marker') === '5s');
  expect([reads(), published[0]]).toEqual([['/api/v1/namespaces/shop/services/marker'], { byName: new Map() }]);
});

test('a change is read, and of the others nothing', async () => {
  put('inventory', GOOD('inventory'));
  put('pricing', GOOD('pricing'));
  await started();
  put('inventory', GOOD('inventory', '7s'));
  await until(() => timeoutOf('inventory') === '7s');
  expect(reads()).toHaveLength(3);
});

test.each([
  ['its annotation is taken away', () => put('inventory')],
  ['it is deleted', () => remove('inventory')],
])('what a Service said counts no longer when %s', async (_, change) => {
  put('inventory', GOOD('inventory'));
  put('pricing', GOOD('pricing'));
  await started();
  change();
  await until(() => timeoutOf('inventory') === undefined);
  expect([timeoutOf('pricing'), counts.objects, reads().length]).toEqual(['5s', 1, 2]);
});

test('what is not accepted leaves in use what was said before, and is counted and logged until it is mended', async () => {
  put('inventory', GOOD('inventory'));
  put('pricing', 'timeout: never');
  await started();
  expect([timeoutOf('pricing'), counts.refused]).toEqual([undefined, 1]);
  put('inventory', 'service: {');
  await until(() => counts.refused === 2);
  expect(timeoutOf('inventory')).toBe('5s');
  // and also when it is wrong in another way
  put('inventory', GOOD('inventory', 'soon'));
  await until(() => logged.length === 3);
  expect([timeoutOf('inventory'), counts.refused]).toEqual(['5s', 2]);
  expect(logged).toEqual([
    'what a Service says about its traffic is not accepted, and nothing is done with its traffic',
    ...Array(2).fill('what a Service says about its traffic is not accepted; what it said before counts'),
  ]);
  put('inventory', GOOD('inventory', '8s'));
  put('pricing', GOOD('pricing'));
  await until(() => counts.refused === 0);
  expect([timeoutOf('inventory'), timeoutOf('pricing')]).toEqual(['8s', '5s']);
});

test('what was taken away and comes back in another form is not what it was', async () => {
  put('inventory', GOOD('inventory'));
  await started();
  remove('inventory');
  await until(() => counts.objects === 0);
  put('inventory', 'service: {');
  await until(() => counts.refused === 1);
  expect(timeoutOf('inventory')).toBeUndefined();
});

test('what was made anew between two looks is not what it was, either', async () => {
  put('inventory', GOOD('inventory'));
  await started();
  put('inventory', 'service: {', 'another');
  await until(() => counts.refused === 1);
  expect(timeoutOf('inventory')).toBeUndefined();
});

test('when the company chooses otherwise, all are judged again without being read', async () => {
  put('inventory', 'service: {name: inventory, port: 80}\nretries: none\n');
  put('pricing', GOOD('pricing'));
  put('orders', GOOD('orders'));
  await started();
  put('orders', 'service: {');
  await until(() => counts.refused === 1);
  company = { meshVersion: 1, defaults: { timeout: '4s' } };
  watched.judgeAgain();
  await until(() => timeoutOf('inventory') === '4s');
  expect([timeoutOf('pricing'), timeoutOf('orders'), reads().length]).toEqual(['5s', '5s', 4]);
});

test('when the company chooses otherwise while the first are judged, they are judged again', async () => {
  put('inventory', 'service: {name: inventory, port: 80}\nretries: none\n');
  meanwhile = () => {
    meanwhile = () => {};
    company = { meshVersion: 1, defaults: { timeout: '4s' } };
    watched.judgeAgain();
  };
  await started();
  await until(() => timeoutOf('inventory') === '4s');
});

test('what a Service said before this process began counts where what it says is not accepted, and is kept', async () => {
  const before = { uid: 'inventory', text: GOOD('inventory', '6s') };
  kept = new Map([
    ['shop/inventory', before],
    ['shop/pricing', { uid: 'another', text: GOOD('pricing') }],
    ['shop/orders', { uid: 'orders', text: GOOD('orders') }],
  ]);
  put('inventory', 'service: {');
  put('pricing', 'service: {');
  put('orders', GOOD('orders', '7s'));
  await started();
  expect(['inventory', 'pricing', 'orders'].map(timeoutOf)).toEqual(['6s', undefined, '7s']);
  expect(keeps.at(-1)).toEqual(new Map([['shop/inventory', before]]));
  put('orders', 'service: {');
  await until(() => counts.refused === 3);
  expect(keeps.at(-1)?.get('shop/orders')).toEqual({ uid: 'orders', text: GOOD('orders', '7s') });
  put('inventory', GOOD('inventory'));
  await until(() => counts.refused === 2);
  expect([...(keeps.at(-1)?.keys() ?? [])]).toEqual(['shop/orders']);
});

test('a read that fails is repeated, and until then nothing is published that leaves it out', async () => {
  put('inventory', GOOD('inventory'));
  readsFail = true;
  start();
  await until(() => reads().length >= 2);
  expect([published, counts.synced]).toEqual([[], 0]);
  readsFail = false;
  await until(() => counts.synced === 1);
  expect(timeoutOf('inventory')).toBe('5s');
  expect(logged).toContain('a Service could not be read and is read again');
});

test('one that is gone when it is read says nothing', async () => {
  put('inventory', GOOD('inventory'));
  const ghost = { name: 'ghost', namespace: 'shop', resourceVersion: '9', annotations: { 'pillion.io/traffic': 'x' } };
  await started();
  tell('ADDED', ghost);
  await until(() => counts.objects === 2);
  expect([timeoutOf('ghost'), timeoutOf('inventory'), counts.refused]).toEqual([undefined, '5s', 0]);
});

test('stop ends it, also in the middle of a read that fails again and again', async () => {
  put('inventory', GOOD('inventory'));
  readsFail = true;
  start();
  await until(() => reads().length >= 1);
  await watched.stop();
  readsFail = false;
  const pause = () => new Promise((resolve) => setTimeout(resolve, 500));
  // what was sent before may still arrive
  await pause();
  const seen = api.seen.length;
  await pause();
  expect([api.seen.length, published]).toEqual([seen, []]);
});

test('a list after a watch that failed reads only what changed meanwhile', async () => {
  put('inventory', GOOD('inventory'));
  put('pricing', GOOD('pricing'));
  await started();
  const unheard = watches.pop();
  stored.delete('pricing');
  put('orders', GOOD('orders', '9s'));
  unheard?.write('garbage\n');
  await until(() => timeoutOf('orders') === '9s');
  expect([timeoutOf('inventory'), timeoutOf('pricing'), reads().length]).toEqual(['5s', undefined, 3]);
});
