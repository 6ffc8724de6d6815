import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { patchedCopy } from '../../src/core/json/patched-copy.ts';
import { plainJson } from '../../src/core/json/plain.ts';

// the same few keys, so that two values have something in common; keys that a patch may not touch are tried below
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('x', 1, true, null),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c/d', 'e~f'), tie('any'), { maxKeys: 4 }),
  ),
})).any;

/** So that writing into it is an error. */
function frozen<T>(one: T): T {
  if (typeof one === 'object' && one !== null) for (const inner of Object.values(Object.freeze(one))) frozen(inner);
  return one;
}

test('a patched copy is what the patch makes of a whole copy, and the value stays as it was', () => {
  fc.assert(
    fc.property(value, value, (from, to) => {
      const [before, after] = [{ from: plainJson(from) }, { from: plainJson(to) }];
      const operations = jsonPatch.compare(before, after);
      expect(patchedCopy(frozen(before), operations)).toEqual(after);
    }),
  );
});

test.each<[string, Operation[], unknown]>([
  [
    'a value that was put in is changed again',
    [
      { op: 'add', path: '/b', value: frozen({ c: 1 }) },
      { op: 'replace', path: '/b/c', value: 2 },
    ],
    { a: [{ x: 1 }, { x: 2 }], b: { c: 2 } },
  ],
  [
    'places in a list move',
    [
      { op: 'remove', path: '/a/0' },
      { op: 'replace', path: '/a/0/x', value: 3 },
    ],
    { a: [{ x: 3 }] },
  ],
  [
    'a value moves',
    [
      { op: 'move', from: '/a/1', path: '/last' },
      { op: 'remove', path: '/last/x' },
    ],
    { a: [{ x: 1 }], last: {} },
  ],
])('%s', (_, operations, wanted) => {
  const pod = frozen({ a: [{ x: 1 }, { x: 2 }] });
  expect(patchedCopy(pod, operations)).toEqual(wanted);
  expect(pod).toEqual({ a: [{ x: 1 }, { x: 2 }] });
});

test.each(['/__proto__/polluted', '/a/__proto__/polluted', '/constructor/prototype/polluted', '/nowhere/at/all'])(
  'a patch that leads to %s is refused, and changes nothing',
  (path) => {
    const pod = frozen(JSON.parse('{"a": {"__proto__": {"x": 1}}, "__proto__": {"y": 1}}'));
    expect(() => patchedCopy(pod, [{ op: 'add', path, value: 1 }])).toThrow();
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  },
);
