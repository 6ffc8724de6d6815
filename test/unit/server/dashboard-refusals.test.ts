import { expect, test } from '@jest/globals';
import { NotComputed, StillReading } from '../../../src/cluster/dashboard/kept-reading.ts';
import { refusedBy } from '../../../src/server/dashboard/refusals.ts';

test('a cluster that is still being read is told with how far that is', () => {
  const { status, body } = refusedBy(new StillReading('so far 9,000 pods'));
  expect([status, body]).toEqual([503, { message: 'so far 9,000 pods', next: 'Try again in a moment.' }]);
});

test('what cannot be computed here is told as something that stays, with what to do', () => {
  const { status, body } = refusedBy(new NotComputed('It takes more memory.', 'Raise the limit.'));
  expect([status, body]).toEqual([507, { message: 'It takes more memory.', next: 'Raise the limit.' }]);
});
