import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { isObject } from '../../src/core/json/is-object.ts';
import { pointer, valueAt } from '../../src/core/json/pointer.ts';
import { mapAdditions } from '../../src/core/project-chart/map-additions.ts';

// few of them, so that what is added meets what stands there
const key = fc.constantFrom('a', 'b', 'c', 'a/b', 'd~e', 'constructor');
const values = fc.object({ key, maxDepth: 4, values: [fc.string(), fc.integer(), fc.constant(null)] });
const keys = fc.array(key, { minLength: 1, maxLength: 3 });
const entries = fc.dictionary(key, fc.string(), { noNullPrototype: true });

test('what is added stands there, what stood beside it still does, and adding it again changes nothing', () => {
  fc.assert(
    fc.property(values, keys, entries, (value, way, added) => {
      const result = mapAdditions(value, way, added);
      if ('problem' in result) {
        const found = valueAt(value, result.problem.path);
        expect(found === null || isObject(found)).toBe(false);
        return;
      }
      const operations = structuredClone(result.operations) as Operation[];
      const changed = jsonPatch.applyPatch(structuredClone(value), operations).newDocument;
      const before = valueAt(value, pointer(...way));
      if (Object.keys(added).length === 0) expect(changed).toEqual(value);
      else expect(valueAt(changed, pointer(...way))).toEqual({ ...(isObject(before) ? before : {}), ...added });
      expect(mapAdditions(changed, way, added)).toEqual({ operations: [] });
      const [first = ''] = way;
      for (const other of Object.keys(value).filter((name) => name !== first))
        expect(valueAt(changed, pointer(other))).toEqual(value[other]);
    }),
  );
});
