import { expect, test } from '@jest/globals';
import { DURATION_PATTERN, type Duration, durationMs } from '../../../src/core/traffic/duration.ts';

test.each<[Duration, number]>([
  ['1ms', 1],
  ['900ms', 900],
  ['1500ms', 1_500],
  ['3s', 3_000],
  ['90s', 90_000],
  ['1m30s', 90_000],
  ['1h', 3_600_000],
  ['1h0m5s250ms', 3_605_250],
  ['2m5ms', 120_005],
])('%s is %d ms', (text, milliseconds) => {
  expect(durationMs(text)).toBe(milliseconds);
});

test.each([
  '',
  '0s',
  '0',
  '3',
  '3 s',
  '1.5s',
  '-1s',
  '05s',
  '1s1m',
  '1m60s',
  '1m90s',
  '1s1s',
  '3S',
  '3sec',
  '100h',
  'none',
  '1d',
  '1us',
])('%j is none', (text) => {
  expect(new RegExp(DURATION_PATTERN).test(text)).toBe(false);
  expect(() => durationMs(text as Duration)).toThrow('is not a duration');
});
