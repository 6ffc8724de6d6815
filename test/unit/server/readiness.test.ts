import { expect, test } from '@jest/globals';
import { Readiness } from '../../../src/server/readiness.ts';

test('is the set of parts still awaited', async () => {
  const changes: unknown[] = [];
  const readiness = new Readiness((part, ready) => changes.push([part, ready]));
  const policyLoaded = readiness.expect('policy');
  const namespacesSynced = readiness.expect('namespaces');
  let told = false;
  const ready = readiness.whenReady().then(() => {
    told = true;
  });
  namespacesSynced();
  namespacesSynced();
  await Promise.resolve();
  expect([readiness.missing, readiness.ready, told]).toEqual([['policy'], false, false]);
  policyLoaded();
  await ready;
  await readiness.whenReady();
  expect([readiness.missing, readiness.ready]).toEqual([[], true]);
  expect(changes).toEqual([
    ['policy', false],
    ['namespaces', false],
    ['namespaces', true],
    ['policy', true],
  ]);
});

test('is over for good once it drains', () => {
  const readiness = new Readiness();
  expect(readiness.ready).toBe(true);
  readiness.drain();
  expect([readiness.ready, readiness.draining, readiness.missing]).toEqual([false, true, []]);
});
