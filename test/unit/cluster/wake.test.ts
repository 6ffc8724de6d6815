import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { HeldBack } from '../../../src/cluster/waking/held-back.ts';
import { wake } from '../../../src/cluster/waking/wake.ts';
import { type FakeApiServer, fakeApiServer, json, status } from './fake-api-server.ts';

const WORKLOAD: HeldBack = {
  ...{ kind: 'StatefulSet', namespace: 'shop', name: 'web', uid: 'u1', lacks: 2 },
  failure: { because: 'unanswered', by: 'inject.pillion.io', message: 'no' },
};
const NOW = new Date('2026-11-03T10:00:00.250Z');

let server: FakeApiServer;

beforeAll(async () => {
  server = await fakeApiServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.seen.length = 0;
});

const woken = async () =>
  (await wake(server.transport, [WORKLOAD], () => NOW, new AbortController().signal)).map(
    ({ result, message }) => [result, message] as const,
  );

const withPods = (replicas: number) => json({ spec: { replicas: 2 }, status: { replicas } });

test('the object itself is written, and no other of that name; one pod that came is enough', async () => {
  server.script(json({}), withPods(0), withPods(1));
  expect(await woken()).toEqual([['has-pods', undefined]]);
  const [written] = server.seen;
  expect([written?.method, written?.path]).toEqual(['PATCH', '/apis/apps/v1/namespaces/shop/statefulsets/web']);
  expect(JSON.parse(written?.body ?? '')).toEqual({
    metadata: { uid: 'u1', annotations: { 'pillion.io/kicked-at': '2026-11-03T10:00:00Z' } },
  });
});

test.each([
  ['deleted meanwhile', [status(404, 'NotFound')], 'gone', undefined],
  ['made anew meanwhile', [status(409, 'Conflict')], 'gone', undefined],
  ['deleted after that', [json({}), status(404, 'NotFound')], 'gone', undefined],
  ['not to be written by the caller', [status(403, 'Forbidden', 'you may not')], 'not-woken', 'you may not'],
])('a workload that is %s is told as such', async (_, answers, result, message) => {
  server.script(...answers);
  const [[said, why] = []] = await woken();
  expect(said).toBe(result);
  expect(why ?? '').toContain(message ?? '');
});
