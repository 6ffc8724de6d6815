import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { admit, injectedPodsToCount, namespaceToRead } from '../../src/core/admission/admit.ts';
import { failed } from '../../src/core/admission/fail.ts';
import { HOOKS } from '../../src/core/admission/hook.ts';
import { objectsToRead } from '../../src/core/admission/policy-objects-to-read.ts';
import { foundIn, plantedPod, plantedReview } from '../core-fixtures/planted.ts';
import { type Http2Caller, http2Caller } from './callers.ts';
import { askingPod, reviewOf } from './reviews.ts';
import { runningServer, type TestServer } from './running-server.ts';
import { until } from './until.ts';

const planted = plantedPod(askingPod(), false);
const { body, places } = plantedReview(reviewOf(planted.object).body, planted);
const json = JSON.stringify(body);

let breaks: boolean;
let server: TestServer;
let caller: Http2Caller;
beforeEach(async () => {
  breaks = false;
  const engine = {
    admit: (...call: Parameters<typeof admit>) => {
      // what stands behind a line break looks like a frame of the stack
      if (breaks) throw new TypeError(`cannot read ${json}\n    at ${json}`);
      return admit(...call);
    },
    ...{ failed, namespaceToRead, injectedPodsToCount, objectsToRead },
  };
  server = await runningServer({ engine });
  caller = http2Caller(server.url, server.authority);
});
afterEach(async () => {
  caller.close();
  await server.stop();
});

/** What of the planted texts left the process in another way than in an answer. */
async function told(): Promise<string[]> {
  const metrics = await (await fetch(`${server.opsUrl}/metrics`)).text();
  return foundIn(JSON.stringify([server.log, server.records, metrics]), places);
}

test('of a pod that is decided about, log, records and metrics tell nothing that is not read, whichever hook was called', async () => {
  for (const hook of HOOKS) expect((await caller.call(`/${hook}`, json)).status).toBe(200);
  await until(() => server.records.length === HOOKS.length);
  expect(await told()).toEqual([]);
});

test('of a pod on which Pillion fails, they tell where that came up and nothing of the pod', async () => {
  breaks = true;
  expect((await caller.call('/inject', json)).status).toBe(200);
  await until(() => server.records.length === 1);
  expect(server.log.join('')).toMatch(/TypeError.*untold-secrets\.test\.ts/);
  expect(await told()).toEqual([]);
});

test.each([
  ['is no JSON', '{"a": s3cret-0-}'],
  ['is JSON and no review', JSON.stringify(planted.object)],
  ['is a review of another version', JSON.stringify({ ...body, apiVersion: 'admission.k8s.io/v9' })],
])('of a body that %s, they tell nothing of it', async (_, text) => {
  const { status } = await caller.call('/inject', text);
  expect(status === 400 || server.records.length > 0).toBe(true);
  expect(await told()).toEqual([]);
});
