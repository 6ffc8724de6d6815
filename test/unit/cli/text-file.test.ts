import { expect, test } from '@jest/globals';
import { linesOf } from '../../../src/cli/text-file.ts';

async function linesIn(...chunks: readonly Buffer[]): Promise<string[]> {
  const stream = async function* () {
    yield* chunks;
  };
  const lines: string[] = [];
  for await (const line of linesOf(stream())) lines.push(line);
  return lines;
}

const JSON_LINE = JSON.stringify({ user: 'a\u2028b\u0085c\rd é' });

test.each([1, 2, 7, 1000])('lines are the same in chunks of %i bytes, and only a line feed ends one', async (size) => {
  const bytes = Buffer.from(`${JSON_LINE}\n\nlast`);
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  );
  expect(await linesIn(...chunks)).toEqual([JSON_LINE, '', 'last']);
});

test('bytes that are not UTF-8 spoil their own line and no other', async () => {
  expect(await linesIn(Buffer.from([0xff, 0x0a]), Buffer.from('next'))).toEqual(['\ufffd', 'next']);
});
