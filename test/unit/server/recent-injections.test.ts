import { expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../../src/core/api/decision-record.ts';
import { RecentInjections } from '../../../src/server/admission/recent-injections.ts';
import { recorded } from '../../core-fixtures/admissions.ts';
import { askingPod } from '../../core-fixtures/pods.ts';

const FIRST = recorded(askingPod());
const numbered = (number: number): DecisionRecord => ({ ...FIRST, recordId: String(number).padStart(16, '0') });

test('an injection is found once', () => {
  const recent = new RecentInjections({ elapsedMs: () => 0 });
  expect(recent.take(FIRST)).toBe(false);
  recent.add(FIRST);
  expect([recent.take({ ...FIRST, uid: 'second', time: 'later' }), recent.take(FIRST)]).toEqual([true, false]);
});

test.each<[string, Partial<DecisionRecord>]>([
  ['namespace', { namespace: 'other' }],
  ['name', { pod: 'other' }],
  ['generated name', { generateName: 'other-' }],
  ['user', { user: 'mallory' }],
  ['dry run', { dryRun: true }],
  ['id', { recordId: '0'.repeat(16) }],
])('a request that differs in its %s is another pod', (_, difference) => {
  const recent = new RecentInjections({ elapsedMs: () => 0 });
  recent.add(FIRST);
  expect(recent.take({ ...FIRST, ...difference })).toBe(false);
});

test.each([
  [60_000, true],
  [60_001, false],
])('%i ms later an injection is remembered: %p', (laterMs, remembered) => {
  let nowMs = 1_000;
  const recent = new RecentInjections({ elapsedMs: () => nowMs });
  recent.add(FIRST);
  nowMs += laterMs;
  expect(recent.take(FIRST)).toBe(remembered);
});

test('of too many the oldest are forgotten, and one that is written again is the newest', () => {
  const recent = new RecentInjections({ elapsedMs: () => 0, maxKept: 3 });
  for (const number of [1, 2, 3, 1, 4]) recent.add(numbered(number));
  expect([1, 2, 3, 4].filter((number) => recent.take(numbered(number)))).toEqual([1, 3, 4]);
});

test('as many are kept as a busy cluster makes in a minute', () => {
  const recent = new RecentInjections({ elapsedMs: () => 0 });
  for (let number = 0; number <= 16_384; number++) recent.add(numbered(number));
  expect([recent.take(numbered(0)), recent.take(numbered(1))]).toEqual([false, true]);
});
