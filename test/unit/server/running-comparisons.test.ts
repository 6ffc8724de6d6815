import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { CompareRunning } from '../../../src/cluster/compare-running.ts';
import { comparisonTexts } from '../../../src/core/simulation/running-comparison.ts';
import { newTally } from '../../../src/core/simulation/tally.ts';
import { RunningComparisons } from '../../../src/server/admission/running-comparisons.ts';
import { BUILT_IN } from '../../core-fixtures/policies.ts';

const SNAPSHOT = { policy: BUILT_IN, namespaces: new Map() };
const comparisons = (compare: CompareRunning) => new RunningComparisons(compare, pino({ level: 'silent' }));
const saidBy = async (all: RunningComparisons, remainingMs = 1_000) => {
  const { comparison } = await all.withComparison(SNAPSHOT, BUILT_IN, remainingMs);
  return comparison === undefined ? [] : comparisonTexts(comparison);
};
const notCompared = (why: string) => [`what runs was not compared (${why}); pillion simulate --policy FILE does`];
const failing = (message: string) => () => Promise.reject(new Error(message));

test.each<[string, CompareRunning, number, string]>([
  ['nothing is read in time', async () => undefined, 1_000, 'there was no time left to read it'],
  ['there is no time', failing('asked all the same'), 0, 'there was no time left to read it'],
  ['it may not be read', failing('pods is forbidden'), 1_000, 'it could not be read: pods is forbidden'],
])('where %s, that is said: silence reads as if nothing changed', async (_, compare, remainingMs, why) => {
  expect(await saidBy(comparisons(compare), remainingMs)).toEqual(notCompared(why));
});

test('one comparison at a time: a change beside it is told so, and the next is compared', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const all = comparisons(async () => {
    await promise;
    return { simulation: newTally().result(), complete: true };
  });
  const first = saidBy(all);
  expect(await saidBy(all)).toEqual(notCompared('another change is being compared'));
  resolve();
  expect(await first).toEqual(['nothing changes for any of 0 running workloads']);
  expect(await saidBy(all)).toEqual(['nothing changes for any of 0 running workloads']);
});

test('what cannot be decided about is counted apart', () => {
  const tally = newTally();
  const told = () => comparisonTexts({ simulation: tally.result(), complete: true });
  const unknown = { unknown: { missing: ['label env of namespace shop'] } };
  tally.add({ namespace: 'shop', kind: 'Pod', name: 'a', pods: 1 }, unknown, unknown);
  const undecided = '1 running workload cannot be decided about; pillion simulate --policy FILE says why';
  expect(told()).toEqual([undecided]);
});
