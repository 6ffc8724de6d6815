import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bytesOfGrowingFile } from '../../../src/cli/log/file-bytes.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-grow-'));
  file = join(folder, 'log');
  await writeFile(file, 'one\n');
});
afterEach(() => rm(folder, { recursive: true }));

/** What has been read when `steps`, each taken when the one before was seen, are all seen. */
async function followed(
  steps: readonly { readonly seen: string; readonly act: () => Promise<void> }[],
): Promise<string> {
  const ending = new AbortController();
  let text = '';
  let next = 0;
  for await (const piece of bytesOfGrowingFile(file, ending.signal)) {
    text += piece.toString();
    for (let step = steps[next]; step !== undefined && text.includes(step.seen); step = steps[next]) {
      next += 1;
      await step.act();
    }
    if (next === steps.length && text.includes('end\n')) ending.abort();
  }
  return text;
}

test('what is written later is read, also half a line at a time', async () => {
  const steps = [
    { seen: 'one', act: () => appendFile(file, 'tw') },
    { seen: 'tw', act: () => appendFile(file, 'o\nend\n') },
  ];
  expect(await followed(steps)).toBe('one\ntwo\nend\n');
});

test('another file under the name is read after the rest of the first one, whose half line ends there', async () => {
  const rotate = async () => {
    await rename(file, `${file}.1`);
    await appendFile(`${file}.1`, 'late\nhal');
    await writeFile(file, 'new\nend\n');
  };
  expect(await followed([{ seen: 'one', act: rotate }])).toBe('one\nlate\nhal\nnew\nend\n');
});

test('a file that is emptied is read from its beginning', async () => {
  const empty = async () => {
    await truncate(file);
    await writeFile(file, 'end');
    await appendFile(file, '\n');
  };
  await writeFile(file, 'one\nand some more\n');
  expect(await followed([{ seen: 'more\n', act: empty }])).toBe('one\nand some more\nend\n');
});

test('a file that is not there is an error', async () => {
  await expect(bytesOfGrowingFile(`${file}.none`, new AbortController().signal).next()).rejects.toThrow('ENOENT');
});
