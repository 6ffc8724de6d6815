import { expect, test } from '@jest/globals';
import { injectedPodsToCount, namespaceToRead } from '../../src/core/admission/admit.ts';
import { failed } from '../../src/core/admission/fail.ts';
import { objectsToRead } from '../../src/core/admission/policy-objects-to-read.ts';
import { http2Caller } from './callers.ts';
import { reviewOf } from './reviews.ts';
import { runningServer } from './running-server.ts';

const ERROR = 50;

test('a fault that is repeated is counted each time, and its stack logged only once a second', async () => {
  let elapsedMs = 0;
  const engine = {
    admit: () => {
      throw new TypeError('a bug');
    },
    failed,
    namespaceToRead,
    injectedPodsToCount,
    objectsToRead,
  };
  const server = await runningServer({ engine, clock: { now: () => new Date(), elapsedMs: () => elapsedMs } });
  const caller = http2Caller(server.url, server.authority);
  for (let count = 0; count < 20; count += 1) await caller.call('/inject', reviewOf().json);
  elapsedMs = 1_000;
  await caller.call('/inject', reviewOf().json);
  expect(await server.metric('pillion_admission_internal_errors_total{cause="internal-error"}')).toBe(21);
  const errors = server.log.map((line) => JSON.parse(line)).filter(({ level }) => level === ERROR);
  expect(errors.map(({ suppressed }) => suppressed)).toEqual([undefined, 19]);
  caller.close();
  await server.stop();
});
