import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writtenJson, writtenOnce } from '../../src/core/json/written.ts';

const json = fc.jsonValue({ maxDepth: 5 }).map((value): unknown => JSON.parse(JSON.stringify(value)));

test('a value is written as JSON.stringify writes it', () => {
  fc.assert(
    fc.property(json, (value) => expect(writtenJson(value)).toBe(JSON.stringify(value))),
    { numRuns: 1000 },
  );
});

test('with parts that were written before, it is the same text', () => {
  fc.assert(
    fc.property(fc.array(json, { maxLength: 4 }), fc.dictionary(fc.string(), json), (list, map) => {
      const whole = { list, map, absent: undefined };
      const text = JSON.stringify(whole);
      for (const part of [...list, ...Object.values(map), map])
        if (typeof part === 'object' && part !== null) writtenOnce(part);
      expect(writtenJson(whole)).toBe(text);
    }),
    { numRuns: 1000 },
  );
});
