import { expect, test } from '@jest/globals';
import { thinned } from '../../../src/core/dashboard/thinned.ts';

const HOUR = 3_600_000;
const hours = (count: number) => Array.from({ length: count }, (_, index) => index * HOUR);
const same = (point: number) => point;

test.each([0, 1, 2, 750])('%i points are left as they are', (count) => {
  expect(thinned(hours(count), same)).toEqual(hours(count));
});

test.each([751, 2_000, 24 * 365])(
  'of %i hourly points those of the last week stay, and the others are spread over the time before',
  (count) => {
    const points = hours(count);
    const kept = thinned(points, same);
    expect(kept.length).toBeLessThanOrEqual(750);
    expect(kept.length).toBeGreaterThan(600);
    const week = points.slice(-7 * 24);
    expect(kept.slice(-week.length)).toEqual(week);
    expect(kept).toEqual([...new Set(kept)].toSorted((one, other) => one - other));
    // no gap is much longer than the others
    const older = kept.slice(0, -week.length);
    const gaps = older.slice(1).map((point, index) => point - (older[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * Math.ceil(count / older.length) * HOUR);
  },
);

test('a store with holes keeps what is there on both sides', () => {
  const points = [...hours(1_000), ...hours(1_000).map((point) => point + 9_000 * HOUR)];
  const kept = thinned(points, same);
  expect(kept.length).toBeLessThanOrEqual(750);
  expect(kept.at(-1)).toBe(points.at(-1));
  expect(kept.some((point) => point < 1_000 * HOUR)).toBe(true);
});
