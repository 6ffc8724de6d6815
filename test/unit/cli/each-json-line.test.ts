import { expect, test } from '@jest/globals';
import { eachJsonLine } from '../../../src/cli/each-json-line.ts';

async function valuesIn(...chunks: readonly Buffer[]) {
  const values: unknown[] = [];
  const readBytes = async function* () {
    yield* chunks;
  };
  const lines = await eachJsonLine('log', { readBytes }, (value) => {
    values.push(value);
    return undefined;
  });
  return { values, ...lines };
}

const VALUE = { user: 'a\u2028b\u0085c\rd é' };

test.each([1, 2, 7, 1000])('lines are the same in chunks of %i bytes, and only a line feed ends one', async (size) => {
  const bytes = Buffer.from(`${JSON.stringify(VALUE)}\n\n"last"`);
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  );
  expect(await valuesIn(...chunks)).toEqual({ values: [VALUE, 'last'], read: 2, broken: 0, problems: [] });
});

test('bytes that are not UTF-8 spoil their own line and no other', async () => {
  const problem = { file: 'log', line: 1, path: '', message: 'is not UTF-8 text' };
  expect(await valuesIn(Buffer.from([0xff, 0x0a]), Buffer.from('"next"'))).toEqual({
    ...{ values: ['next'], read: 2, broken: 1 },
    problems: [problem],
  });
});
