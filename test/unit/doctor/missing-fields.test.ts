import { expect, test } from '@jest/globals';
import { missingFields } from '../../../src/core/doctor/missing-fields.ts';

const text = { type: 'string' };
const object = (properties: object) => ({ type: 'object', properties });
const WANTED = object({
  rule: text,
  list: { type: 'array', items: object({ name: text, reason: text }) },
  either: { anyOf: [object({ one: text }), object({ other: text })] },
});

test.each([
  ['the same', WANTED, ['.either.one', '.either.other']],
  [
    'as a structural schema writes alternatives',
    object({ ...WANTED.properties, either: object({ one: text, other: text }) }),
    [],
  ],
  ['nothing', undefined, ['.rule', '.list', '.either']],
  [
    'an entry of a list without a field',
    object({
      ...WANTED.properties,
      either: object({ one: text, other: text }),
      list: { items: object({ name: text }) },
    }),
    ['.list[].reason'],
  ],
  ['a place that keeps what it does not know', { 'x-kubernetes-preserve-unknown-fields': true }, []],
  ['a name that every object inherits', object({}), ['.rule', '.list', '.either']],
])('%s', (_name, standing, missing) => {
  expect(missingFields(WANTED, standing)).toEqual(missing);
});
