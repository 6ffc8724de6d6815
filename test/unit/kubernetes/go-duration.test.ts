import { expect, test } from '@jest/globals';
import { goDurationMs } from '../../../src/core/kubernetes/go-duration.ts';

test.each([
  ['5s', 5_000],
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1.5s', 1_500],
  ['.5s', 500],
  ['1h2m3s', 3_723_000],
  ['250us', 0.25],
  ['250µs', 0.25],
  ['1000000ns', 1],
  ['0', 0],
  ['0s', 0],
])('%s is %d ms', (text, ms) => {
  expect(goDurationMs(text)).toBeCloseTo(ms, 9);
});

test.each(['', '5', 's', '-5s', '5s ', 'five seconds', '1m30', '5 s', '1e3s', 'Infinity'])(
  '"%s" is no duration that is counted with',
  (text) => {
    expect(goDurationMs(text)).toBeUndefined();
  },
);
