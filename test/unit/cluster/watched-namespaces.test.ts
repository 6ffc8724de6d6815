import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pino from 'pino';
import { type WatchedNamespaces, watchNamespaces } from '../../../src/cluster/watched-namespaces.ts';
import type { Namespace } from '../../../src/core/kubernetes/namespace.ts';
import { until } from '../../https/until.ts';
import { type FakeApiServer, fakeApiServer, line, page, watching } from './fake-api-server.ts';

const LABELS = { 'istio-injection': 'enabled', tier: 'gold', team: 'blue' };

let api: FakeApiServer;
let namespaces: WatchedNamespaces;
let known: ReadonlyMap<string, Namespace>;
let synced: number;

beforeEach(async () => {
  api = await fakeApiServer();
  known = new Map();
  synced = 0;
});
afterEach(async () => {
  await namespaces.stop();
  await api.close();
});

async function start(): Promise<void> {
  namespaces = watchNamespaces({
    transport: api.transport,
    labels: new Set(['istio-injection']),
    publish: (all) => {
      known = all;
    },
    onSynced: () => {
      synced += 1;
    },
    log: pino({ level: 'silent' }),
    metrics: { contact: () => {}, restarted: () => {}, listed: () => {}, objects: () => {} },
    now: () => 0,
    random: () => 0,
  });
  await until(() => known.size > 0);
}

const labels = (name = 'shop') => known.get(name)?.labels;

test('labels that decisions begin to read are known of every namespace before decisions may read them', async () => {
  api.script(
    page(['shop'], '10', undefined, LABELS),
    watching([]),
    page(['shop'], '20', undefined, LABELS),
    watching([line('ADDED', 'later', '21', LABELS)]),
  );
  await start();
  expect(labels()).toEqual({ 'istio-injection': 'enabled' });
  let atSwap: Namespace['labels'] | undefined;
  await namespaces.keepLabels(new Set(['tier']), () => {
    atSwap = labels();
  });
  // those of before are still there, for what is decided until then
  expect(atSwap).toEqual({ 'istio-injection': 'enabled', tier: 'gold' });
  await until(() => known.has('later'));
  expect([labels('later'), synced]).toEqual([{ tier: 'gold' }, 1]);
});

test('nothing is listed again when no label is new', async () => {
  api.script(page(['shop'], '10', undefined, LABELS), watching([]));
  await start();
  await until(() => api.seen.length === 2);
  let swapped = false;
  await namespaces.keepLabels(new Set(), () => {
    swapped = true;
  });
  expect([swapped, api.seen.length]).toEqual([true, 2]);
});

test('decisions go on with the labels of before when the watch ends while the new ones are awaited', async () => {
  api.script(page(['shop'], '10', undefined, LABELS), watching([]), () => {});
  await start();
  let swapped = false;
  const kept = namespaces.keepLabels(new Set(['tier']), () => {
    swapped = true;
  });
  await Promise.all([expect(kept).rejects.toThrow('stopped'), namespaces.stop()]);
  expect([swapped, labels()]).toEqual([false, { 'istio-injection': 'enabled' }]);
});
