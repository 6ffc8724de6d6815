import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { pillion } from '../unit/cli/command-line.ts';
import { expectFile } from './expected-file.ts';

// Each folder is a case: values.yaml, with defaults.yaml where they are not the built-in ones, gives explained.txt (what counts, and
// who chose it) and linted.txt. UPDATE_GOLDEN=1 npm test -- golden writes both.
const GIVEN = ['values.yaml', 'defaults.yaml'];
const EXPECTED = ['explained.txt', 'linted.txt'];

const root = new URL('./traffic/', import.meta.url);

test.each(readdirSync(root).sort())('%s', async (name) => {
  const file = (leaf: string): URL => new URL(`${name}/${leaf}`, root);
  const given = GIVEN.filter((leaf) => existsSync(file(leaf)));
  const files = Object.fromEntries(given.map((leaf) => [leaf, readFileSync(file(leaf), 'utf8')]));
  const defaults = 'defaults.yaml' in files ? ['--defaults', 'defaults.yaml'] : [];
  const explained = await pillion(['traffic', 'explain', 'values.yaml', ...defaults], { files });
  expectFile(file('explained.txt'), explained.exit === 0 ? explained.stdout : undefined);
  const { exit, stdout, stderr } = await pillion(['traffic', 'lint', 'values.yaml', ...defaults], { files });
  expectFile(file('linted.txt'), `${stdout}${stderr}exit code ${exit}\n`);
  expect(readdirSync(file('.')).filter((leaf) => ![...GIVEN, ...EXPECTED].includes(leaf))).toEqual([]);
});
