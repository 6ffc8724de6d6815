import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isoTime } from '../../src/core/json/iso-time.ts';

const times = fc.oneof(
  fc.date({ noInvalidDate: true }),
  // of neighbouring minutes
  fc.integer({ min: -180_000, max: 180_000 }).map((ms) => new Date(ms)),
);

test('a time is written as by toISOString, whichever was written before it', () => {
  fc.assert(
    fc.property(fc.array(times, { minLength: 1, maxLength: 20 }), (dates) => {
      expect(dates.map(isoTime)).toEqual(dates.map((date) => date.toISOString()));
    }),
  );
});
