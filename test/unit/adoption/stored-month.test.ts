import { expect, test } from '@jest/globals';
import { type AdoptionPoint, type Counts, NOTHING, pointOf } from '../../../src/core/adoption/counts.ts';
import { monthOf } from '../../../src/core/adoption/kept-hours.ts';
import { readMonth } from '../../../src/core/adoption/read-month.ts';
import type { StoredData } from '../../../src/core/adoption/store-format.ts';
import { MOST_BYTES, thinned, withPoint } from '../../../src/core/adoption/write-month.ts';

const HOUR_MS = 3_600_000;

const counts = (figures: Partial<Counts>): Counts => ({ ...NOTHING, ...figures });

const point = (at: string, injected: number): AdoptionPoint =>
  pointOf(at, [
    {
      namespace: 'shop',
      tribe: 'sales',
      squad: 'cart',
      pods: counts({ eligible: 9, optedIn: injected, injected }),
      workloads: counts({ eligible: 3, optedIn: 1 }),
    },
  ]);

const NOW = new Date('2026-11-03T09:30:00Z');
const FIRST = point('2026-11-02T23:00:00Z', 4);
const SECOND = point('2026-11-03T09:00:00Z', 5);
const JOINED = withPoint(withPoint({}, FIRST, NOW), SECOND, NOW);

test('a point is one line that a person can read', () => {
  expect(JOINED).toEqual({
    cells: '[["shop","sales","cart"]]',
    '2026-11-02T23':
      '{"at":"2026-11-02T23:00:00Z","pods":[9,4,4,0,0,0],"workloads":[3,1,0,0,0,0],"table":"cells","cells":"3;1;1;;;;9;4;;;;"}',
    '2026-11-03T09':
      '{"at":"2026-11-03T09:00:00Z","pods":[9,5,5,0,0,0],"workloads":[3,1,0,0,0,0],"table":"cells","cells":"3;1;1;;;;9;5;;;;"}',
  });
});

test.each([
  ['2026-11-02T23', '{', 'is no JSON object'],
  ['2026-11-02T23', 'null', 'is no JSON object'],
  ['2026-11-02T23', '{"at":"2026-11-02T22:00:00Z"}', 'is not within the hour that its key says'],
  ['2026-11-02T23', '{"at":"2026-11-02T23:00:00Z","pods":[1],"workloads":[]}', 'has no 6 counts'],
  ['2026-11-02T23', '{"at":"2026-11-02T23:00:00Z","pods":[9,-4,4,0,0,0],"workloads":[3,1,0,0,0,0]}', 'has no 6 counts'],
  ['note', 'checked with the shop people', 'is no hour such as 2026-11-01T09'],
  ['2026-11-02T99', '{}', 'is no hour such as 2026-11-01T09'],
  [
    '2026-10-02T23',
    '{"at":"2026-10-02T23:00:00Z","pods":[0,0,0,0,0,0],"workloads":[0,0,0,0,0,0]}',
    'is not within the hour',
  ],
])('what somebody edited is named and stays, and the rest is read: %s %s', (key, text, told) => {
  const read = readMonth('2026-11', { ...JOINED, [key]: text });
  expect(read.problems).toMatchObject([
    { file: 'ConfigMap pillion-adoption-2026-11', path: `/data/${key}`, message: expect.stringContaining(told) },
  ]);
  expect(read.points.at(-1)).toEqual(point('2026-11-03T09:00:00Z', 5));
  // the next point leaves it as it is
  expect(withPoint({ ...JOINED, [key]: text }, point('2026-11-03T10:00:00Z', 6), NOW)).toMatchObject({ [key]: text });
});

test.each([
  '9;4',
  '3;1;1;;;;9;4;;;;;',
  '3*2;1;1;;;;9;4;;;;',
  '3*999999999;1;1;;;;9;4;;;;',
  'x;1;1;;;;9;4;;;;',
  '3;1;9;;;;9;4;;;;',
])('counts by namespace that make no sense leave the sums: %s', (cells) => {
  const text = JSON.stringify({
    at: '2026-11-02T23:00:00Z',
    pods: [9, 4, 4, 0, 0, 0],
    workloads: [3, 1, 0, 0, 0, 0],
    table: 'cells',
    cells,
  });
  const { points, problems } = readMonth('2026-11', { ...JOINED, '2026-11-02T23': text });
  expect(points[0]).toEqual({
    at: '2026-11-02T23:00:00Z',
    pods: counts({ eligible: 9, optedIn: 4, injected: 4 }),
    workloads: counts({ eligible: 3, optedIn: 1 }),
  });
  expect(problems).toMatchObject([
    { path: '/data/2026-11-02T23', message: expect.stringContaining('only its sums are known') },
  ]);
});

test.each(['{}', '[["shop"]]', '[[1,null,null]]', 'nonsense'])(
  'points whose list of namespaces is damaged have their sums, and the next point begins another: %s',
  (cells) => {
    const damaged = { ...JOINED, cells };
    const { points, problems } = readMonth('2026-11', damaged);
    expect(points.map((each) => [each.pods.injected, each.cells])).toEqual([
      [4, undefined],
      [5, undefined],
    ]);
    expect(problems).toMatchObject([{ path: '/data/cells' }]);
    const next = point('2026-11-03T10:00:00Z', 6);
    const written = withPoint(damaged, next, NOW);
    expect(written).toMatchObject({ cells, 'cells-2': '[["shop","sales","cart"]]' });
    expect(readMonth('2026-11', written).points.at(-1)).toEqual(next);
  },
);

test('points whose list of namespaces somebody took away have their sums, also after the next point has begun another', () => {
  const { cells: _, ...without } = JOINED;
  const next = pointOf('2026-11-03T10:00:00Z', [
    { namespace: 'other', pods: counts({ eligible: 7 }), workloads: counts({ eligible: 1 }) },
  ]);
  const written = withPoint(without, next, NOW);
  const { points, problems } = readMonth('2026-11', written);
  expect(points.map((each) => [each.pods.injected, each.cells])).toEqual([
    [4, undefined],
    [5, undefined],
    [0, next.cells],
  ]);
  expect(problems.map(({ message }) => message)).toEqual(
    Array(2).fill('names a list of namespaces that is not there: only its sums are known'),
  );
});

test('an hour that no day has takes no place of the last one of its day', () => {
  const later = new Date('2026-11-20T09:30:00Z');
  expect(thinned({ ...JOINED, '2026-11-02T99': '{}' }, later)).toHaveProperty('2026-11-02T23');
});

test('a list that names the same twice is none, and stays as it is', () => {
  const cells = '[["shop","sales","cart"],["shop","sales","cart"]]';
  const damaged = { ...JOINED, cells };
  expect(readMonth('2026-11', damaged).problems).toMatchObject([{ path: '/data/cells' }]);
  expect(withPoint(damaged, point('2026-11-03T10:00:00Z', 6), NOW)).toMatchObject({ cells });
});

test('namespaces that come and go in such numbers that their list alone is too much leave the sums, within the bound', () => {
  const gone = Array.from({ length: 20_000 }, (_, index) => [`preview-of-some-branch-${index}`, 'sales', 'cart']);
  const full = { ...JOINED, cells: JSON.stringify(gone) };
  const written = withPoint(full, point('2026-11-03T10:00:00Z', 6), NOW);
  expect(bytesOf(written)).toBeLessThanOrEqual(MOST_BYTES);
  expect(readMonth('2026-11', written).points.map(({ pods }) => pods.injected)).toEqual([4, 5, 6]);
  const next = point('2026-11-03T11:00:00Z', 7);
  expect(readMonth('2026-11', withPoint(written, next, NOW)).points.at(-1)).toEqual(next);
});

// figures that differ in each cell and hour, so that nothing can be written together
const busyCells = (namespaces: number, squads: number, hour: number) =>
  Array.from({ length: namespaces * squads }, (_, index) => {
    const eligible = 10 + ((index * 7919 + hour * 104_729) % 90);
    const optedIn = (index * 31 + hour * 17) % eligible;
    return {
      namespace: `namespace-of-a-usual-length-${String(Math.floor(index / squads)).padStart(4, '0')}`,
      tribe: `tribe-${index % 12}`,
      squad: `squad-${index % squads}`,
      pods: counts({
        eligible,
        optedIn,
        injected: (optedIn * ((hour % 7) + 1)) >> 3,
        stale: (index + hour) % 5,
        excluded: index % 3,
      }),
      workloads: counts({
        eligible: eligible >> 2,
        optedIn: optedIn >> 2,
        injected: optedIn >> 3,
        incompatible: index % 4,
      }),
    };
  });

/** The store as it is after a year, written as the writer does. */
function yearOfHours(namespaces: number, squads: number): ReadonlyMap<string, StoredData> {
  const start = Date.parse('2025-11-15T00:30:00Z');
  const end = Date.parse('2026-11-20T15:30:00Z');
  const store = new Map<string, StoredData>();
  const DAY_MS = 24 * HOUR_MS;
  // in the year of days each day has been thinned to its last hour already: only what is kept is made
  const times = [
    ...Array.from({ length: Math.floor((end - start) / DAY_MS) - 2 }, (_, day) => start + day * DAY_MS + 23 * HOUR_MS),
    ...Array.from({ length: 48 }, (_, hour) => end - (47 - hour) * HOUR_MS),
  ];
  for (const time of times) {
    const fresh = pointOf(new Date(time).toISOString(), busyCells(namespaces, squads, Math.floor(time / HOUR_MS)));
    const month = monthOf(fresh.at);
    store.set(month, withPoint(store.get(month) ?? {}, fresh, new Date(time)));
  }
  return new Map([...store].map(([month, data]) => [month, thinned(data, new Date(end))]));
}

test('500 namespaces with a squad each have every hour of two days and every day of a year, in ConfigMaps below the bound', () => {
  const store = yearOfHours(500, 1);
  const sizes = [...store.values()].map((data) => bytesOf(data));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST_BYTES);
  const months = [...store].map(([month, data]) => readMonth(month, data));
  expect(months.flatMap(({ problems }) => problems)).toEqual([]);
  const points = months.flatMap((each) => each.points);
  expect(points.filter(({ cells }) => cells?.length !== 500)).toEqual([]);
  expect(points.length).toBeGreaterThan(365 + 45);
});

test('more than fits loses its namespaces, the oldest hours first, and keeps its sums', () => {
  const store = yearOfHours(500, 4);
  const data = store.get('2026-11') ?? {};
  expect(bytesOf(data)).toBeLessThanOrEqual(MOST_BYTES);
  const { points } = readMonth('2026-11', data);
  const bare = points.filter(({ cells }) => cells === undefined);
  expect(bare.length).toBeGreaterThan(0);
  expect(points.at(-1)?.cells).toHaveLength(2000);
  expect(bare.every(({ pods }) => pods.eligible > 0)).toBe(true);
});

const bytesOf = (data: StoredData): number =>
  Object.entries(data).reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0);
