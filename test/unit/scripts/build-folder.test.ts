import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { takesBuild } from '../../../scripts/image/dist.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'pillion-build-'));
  for (const folder of ['empty', 'built', 'sources']) await mkdir(join(root, folder));
  await writeFile(join(root, 'built', 'pillion.mjs'), '');
  // a build replaces a folder of this name
  await mkdir(join(root, 'sources', 'dashboard'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

test.each([
  ['new', true],
  ['empty', true],
  ['built', true],
  ['sources', false],
  ['built/pillion.mjs', false],
])('a build into %s: %j', async (folder, takes) => {
  expect(await takesBuild(join(root, folder))).toBe(takes);
});
