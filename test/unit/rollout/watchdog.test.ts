import { expect, test } from '@jest/globals';
import { nextAttempt, nextRestart, type PastRestart } from '../../../src/core/rollout/watchdog.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse('2026-11-03T10:00:00Z');
const BOUNDS = { everyMs: 5 * MINUTE, mostPerHour: 3 };

/** A workload with a pod without its sidecar that is so old, restarted before so long ago. */
const candidate = (podAgeMs: number, restartedAgoMs?: number, attempt?: number) => ({
  newestPodMs: NOW - podAgeMs,
  ...(restartedAgoMs !== undefined && {
    lastRestart: { run: 'watchdog', at: new Date(NOW - restartedAgoMs).toISOString(), ...(attempt && { attempt }) },
  }),
});

const ago = (ms: number, failed = false): PastRestart => ({ atMs: NOW - ms, failed });

const WEB = candidate(10 * MINUTE);

const next = (candidates: readonly ReturnType<typeof candidate>[], past: readonly PastRestart[], actsForMs = HOUR) =>
  nextRestart(candidates, past, BOUNDS, {
    ...{ nowMs: NOW, restartTakesMs: 10 * MINUTE },
    actsSinceMs: NOW - actsForMs,
  });

test.each([
  ['the first, when nothing was restarted yet', [], HOUR, true],
  ['none so soon after the last one', [ago(4 * MINUTE)], HOUR, false],
  ['one a pause later', [ago(5 * MINUTE)], HOUR, true],
  ['none so soon after this replica began to act', [], 4 * MINUTE, false],
  ['none when there were as many in an hour', [ago(50 * MINUTE), ago(30 * MINUTE), ago(10 * MINUTE)], HOUR, false],
  ['one when the first of them is an hour ago', [ago(60 * MINUTE), ago(30 * MINUTE), ago(10 * MINUTE)], 2 * HOUR, true],
  ['none within an hour after a failure', [ago(59 * MINUTE, true)], 2 * HOUR, false],
  ['one after that', [ago(60 * MINUTE, true)], 2 * HOUR, true],
] as const)('it restarts %s', (_, past, actsForMs, restarts) => {
  expect(next([WEB], past, actsForMs)).toBe(restarts ? WEB : undefined);
});

test.each([
  ['a workload that was never restarted', candidate(2 * HOUR), true],
  ['one whose pod is older than its restart', candidate(3 * HOUR, 2 * HOUR), false],
  ['one whose pod may be of the restart itself', candidate(2 * HOUR - 10 * MINUTE, 2 * HOUR), false],
  ['one whose pod is younger', candidate(MINUTE, 2 * HOUR), true],
  ['one that was restarted less than an hour ago', candidate(MINUTE, 59 * MINUTE), false],
  ['one that was restarted three times: its pause is four hours', candidate(MINUTE, 3 * HOUR, 3), false],
  ['the same when they are over', candidate(MINUTE, 4 * HOUR, 3), true],
  ['one that was restarted ever so often: a day is the longest pause', candidate(MINUTE, 24 * HOUR, 99), true],
] as const)('%s is restarted: %s', (_, workload, restarts) => {
  expect(next([workload], [])).toBe(restarts ? workload : undefined);
});

test('one that may not be is passed over', () => {
  expect(next([candidate(3 * HOUR, 2 * HOUR), WEB], [])).toBe(WEB);
  expect([nextAttempt(WEB), nextAttempt(candidate(MINUTE, HOUR)), nextAttempt(candidate(MINUTE, HOUR, 3))]).toEqual([
    1, 1, 4,
  ]);
});
