import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { byGroup } from '../../src/core/adoption/counted-pods.ts';
import { type Counts, hasCounts, pointOf } from '../../src/core/adoption/counts.ts';
import { hourOf, keptHours } from '../../src/core/adoption/kept-hours.ts';
import { readMonth } from '../../src/core/adoption/read-month.ts';
import type { StoredData } from '../../src/core/adoption/store-format.ts';
import { withPoint } from '../../src/core/adoption/write-month.ts';

const NOW = new Date('2026-11-30T23:59:59Z');

const count = fc.nat({ max: 50 });
const counts: fc.Arbitrary<Counts> = fc.record({
  eligible: count,
  optedIn: count,
  injected: count,
  stale: count,
  excluded: count,
  incompatible: count,
});
const name = fc.oneof(fc.constantFrom('shop', 'bank', '__proto__', 'constructor'), fc.stringMatching(/^[a-z]{1,8}$/));
const cell = fc
  .record(
    { namespace: name, tribe: name, squad: name, pods: counts, workloads: counts },
    { requiredKeys: ['namespace', 'pods', 'workloads'] },
  )
  .filter(({ pods, workloads }) => hasCounts(pods) || hasCounts(workloads));
const cells = fc
  .uniqueArray(cell, { selector: ({ namespace, squad }) => JSON.stringify([namespace, squad]), maxLength: 12 })
  .map((list) => list.sort(byGroup));
const timesFrom = (min: string) =>
  fc.date({ min: new Date(min), max: NOW, noInvalidDate: true }).map((date) => date.toISOString());

test('the last of the points of an hour is read as it was written, whatever was written before', () => {
  // of the last two days, so that each hour is kept
  const points = fc.array(fc.record({ at: timesFrom('2026-11-29T00:00:00Z'), cells }), { maxLength: 8 });
  fc.assert(
    fc.property(points, (list) => {
      let data: StoredData = {};
      for (const { at, cells } of list) data = withPoint(data, pointOf(at, cells), NOW);
      const read = readMonth('2026-11', data);
      expect(read.problems).toEqual([]);
      const last = new Map(list.map((each) => [hourOf(each.at), pointOf(each.at, each.cells)]));
      const expected = [...last.keys()].sort().map((hour) => last.get(hour));
      expect(read.points.map((each) => ({ ...each, cells: [...(each.cells ?? [])].sort(byGroup) }))).toEqual(expected);
    }),
  );
});

test('nothing that stands in a store makes the reading or the writing fail, and each key is read or named', () => {
  const at = timesFrom('2026-11-01T00:00:00Z');
  const pointLike = fc
    .record({ at, pods: fc.anything(), workloads: fc.anything(), table: fc.constant('cells'), cells: fc.string() })
    .map((value) => JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each)));
  const texts = fc.oneof(fc.string(), fc.json(), fc.constant('[["a",null,null]]'), pointLike);
  const keys = fc.oneof(fc.string(), fc.constant('cells'), at.map(hourOf));
  fc.assert(
    fc.property(fc.dictionary(keys, texts), cells, (data, fresh) => {
      const { points, problems } = readMonth('2026-11', data);
      const told = new Set(problems.map(({ path }) => path));
      const read = new Set(points.map((point) => hourOf(point.at)));
      for (const key of Object.keys(data))
        expect([key, read.has(key) || told.has(`/data/${key}`) || /^cells(-\d+)?$/.test(key)]).toEqual([key, true]);
      const added = pointOf(NOW.toISOString(), fresh);
      expect(readMonth('2026-11', withPoint(data, added, NOW)).points.at(-1)).toMatchObject({ pods: added.pods });
    }),
  );
});

test('the last hour of each day stays, the last two days keep each hour, and keeping twice changes nothing', () => {
  fc.assert(
    fc.property(fc.array(timesFrom('2026-11-01T00:00:00Z'), { maxLength: 60 }), (times) => {
      const hours = times.map(hourOf);
      const kept = keptHours(hours, NOW);
      expect(keptHours(kept, NOW)).toEqual(kept);
      const lastOfDays = new Map(hours.sort().map((hour) => [hour.slice(0, 10), hour]));
      expect([...kept]).toEqual(expect.arrayContaining([...lastOfDays.values()]));
      const recent = hours.filter((hour) => hour >= '2026-11-29T00');
      expect([...kept]).toEqual(expect.arrayContaining(recent));
      expect(kept.size).toBe(new Set([...lastOfDays.values(), ...recent]).size);
    }),
  );
});
