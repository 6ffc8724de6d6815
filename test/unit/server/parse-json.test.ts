import { expect, test } from '@jest/globals';
import { parseJson } from '../../../src/server/admission/parse-json.ts';

const parsed = (text: string) => parseJson(Buffer.from(text));

test.each([
  ['hello', 0],
  ['{"a":1,}', 7],
  ['[1,2', 4],
  ['{"a"', 4],
  [`{"padding":"${'.'.repeat(100)}", oops}`, 115],
  ['{"a":"unterminated', 18],
  ['[1 2]', 3],
])('%s: the fault is at %d', (text, position) => {
  expect(parsed(text)).toEqual({ fault: expect.stringMatching(new RegExp(`position ${position}\\b`)) });
});

test('where the place cannot be told for sure, the text is quoted instead', () => {
  expect(parsed('[x, x]')).toEqual({ fault: expect.stringContaining('"[x, x]" is not valid JSON') });
});

test('`__proto__` and `constructor` become own properties and nothing else', () => {
  const result = parsed('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
  const { value } = result as { value: Record<string, unknown> };
  expect([Object.keys(value), value.polluted, Object.getPrototypeOf(value)]).toEqual([
    ['__proto__', 'constructor'],
    undefined,
    Object.prototype,
  ]);
});

test('nothing at all is called empty', () => {
  expect(parsed('')).toEqual({ fault: 'the body is empty' });
});
