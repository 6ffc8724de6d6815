import { expect, test } from '@jest/globals';
import { forecast } from '../../../src/core/adoption/forecast.ts';

const daily = (shares: readonly number[], from = '2026-11-01T12:00:00Z') =>
  shares.map((share, day) => ({ at: new Date(Date.parse(from) + day * 86_400_000).toISOString(), share }));

const DECEMBER = { share: 0.8, by: '2026-11-30' };

test.each([
  ['nothing was counted yet', [], DECEMBER, { state: 'unknown', share: 0, days: 0 }],
  ['two days say nothing', [0.1, 0.2], DECEMBER, { state: 'unknown', share: 0.2, days: 2 }],
  ['fast enough', [0.1, 0.15, 0.2, 0.25], DECEMBER, { state: 'on-track', reachedOn: '2026-11-15', days: 4 }],
  ['too slow', [0.1, 0.11, 0.12, 0.13], DECEMBER, { state: 'late', reachedOn: '2027-01-10' }],
  ['it does not move', [0.3, 0.3, 0.3], DECEMBER, { state: 'late', perDay: 0 }],
  ['it goes back', [0.5, 0.4, 0.3], DECEMBER, { state: 'late', share: 0.3 }],
  ['it is there', [0.7, 0.8, 0.81], DECEMBER, { state: 'reached', share: 0.81 }],
  ['the day itself still counts', [0.7, 0.75, 0.79], { share: 0.8, by: '2026-11-03' }, { state: 'on-track' }],
  ['the day is past', [0.1, 0.2, 0.3], { share: 0.8, by: '2026-11-02' }, { state: 'missed', share: 0.3 }],
] as const)('%s', (_, shares, target, expected) => {
  expect(forecast(daily(shares), target)).toMatchObject(expected);
});

test('neither a pace nor a day is told of what cannot be told', () => {
  expect(forecast(daily([0.3, 0.3, 0.3]), DECEMBER)).not.toHaveProperty('reachedOn');
  expect(forecast(daily([0.1, 0.2]), DECEMBER)).not.toHaveProperty('perDay');
  expect(forecast(daily([0.9, 0.9, 0.9]), DECEMBER)).not.toHaveProperty('neededPerDay');
});

test('what has to be added a day is what is missing, over the days to the end of the last one', () => {
  // from noon on the 3rd to the end of the 30th
  expect(forecast(daily([0.2, 0.2, 0.2]), DECEMBER).neededPerDay).toBeCloseTo(0.6 / 27.5, 10);
});

test('one day of rollback does not turn the pace', () => {
  const steady = forecast(daily([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), DECEMBER);
  const withDip = forecast(daily([0.1, 0.2, 0.3, 0, 0.5, 0.6]), DECEMBER);
  expect(withDip.perDay).toBeCloseTo(steady.perDay as number, 2);
});

test('what was before the last two weeks does not count, nor do many points of one day', () => {
  const stoodStill = daily(Array.from({ length: 20 }, () => 0.1));
  const moved = daily(
    [0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.24, 0.26, 0.28, 0.3, 0.32, 0.34, 0.36],
    '2026-11-21T12:00:00Z',
  );
  expect(forecast([...stoodStill, ...moved], DECEMBER).perDay).toBeCloseTo(0.02, 3);
  const hours = Array.from({ length: 24 }, (_, hour) => ({
    at: `2026-11-04T${String(hour).padStart(2, '0')}:00:00Z`,
    share: 0.4,
  }));
  expect(forecast([...daily([0.1, 0.2, 0.3]), ...hours], DECEMBER)).toMatchObject({ days: 4 });
});
