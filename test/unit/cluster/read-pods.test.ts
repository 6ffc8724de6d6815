import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ObjectMetadata } from '../../../src/cluster/object-metadata.ts';
import { injectedPodCounter } from '../../../src/cluster/read-pods.ts';
import { type FakeApiServer, fakeApiServer, json, status } from './fake-api-server.ts';

let server: FakeApiServer;
beforeAll(async () => {
  server = await fakeApiServer();
});
afterAll(() => server.close());

const INJECTED = { 'pillion.io/status': '{}' };
const pods = (items: readonly Omit<ObjectMetadata, 'name'>[] | null, next?: string) =>
  json({
    kind: 'PartialObjectMetadataList',
    metadata: { resourceVersion: '7', ...(next ? { continue: next } : {}) },
    items: items?.map((metadata, index) => ({ metadata: { name: `pod-${index}`, ...metadata } })) ?? null,
  });
const count = (namespace = 'shop') => injectedPodCounter(server.transport)(namespace, AbortSignal.timeout(120_000));

test.each<[string, ReturnType<typeof pods>, number, boolean]>([
  [
    'the pods with the mark of an injection',
    pods([{ annotations: INJECTED }, { annotations: { other: '' } }, {}]),
    1,
    false,
  ],
  [
    'no pod that is on its way out',
    pods([{ annotations: INJECTED, deletionTimestamp: '2026-11-03T10:00:00Z' }]),
    0,
    false,
  ],
  ['those of the first page, which says that there are more', pods([{ annotations: INJECTED }], 'next'), 1, true],
  ['none where there is none', pods(null), 0, false],
])('counts %s', async (_, handler, expected, more) => {
  server.script(handler);
  expect(await count()).toEqual({ namespace: 'shop', count: expected, more });
});

test('asks once, for metadata alone, one page of what still runs', async () => {
  server.script(pods([], 'next'));
  server.seen.length = 0;
  await count();
  expect(server.seen.map(({ method, path }) => [method, path])).toEqual([['GET', '/api/v1/namespaces/shop/pods']]);
  const [{ query, headers } = { query: new URLSearchParams(), headers: {} }] = server.seen;
  expect(Object.fromEntries(query)).toEqual({
    limit: '500',
    fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
  });
  expect(headers.accept).toContain('as=PartialObjectMetadataList');
});

test.each(['../nodes', 'shop/pods', 'Shop', '', 'a'.repeat(64)])('asks nothing for the name %j', async (name) => {
  server.seen.length = 0;
  expect(await count(name)).toBeUndefined();
  expect(server.seen).toEqual([]);
});

test('passes on why the API server refuses', async () => {
  server.script(status(403, 'Forbidden', 'pods is forbidden'));
  await expect(count()).rejects.toThrow(/pods is forbidden; grant it to the service account/);
});
