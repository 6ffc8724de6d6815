import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { FIT_CHECKS } from '../../src/core/compatibility/fit-checks.ts';
import { FIT090 } from '../../src/core/compatibility/suppressions.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { expectFile } from './expected-file.ts';

// Each folder is a case: workloads.yaml, with policy.yaml and profile.yaml where they are not the built-in ones, gives checked.txt.
// UPDATE_GOLDEN=1 npm test -- golden -- check writes it.
const GIVEN = ['workloads.yaml', 'policy.yaml', 'profile.yaml'];

const root = new URL('./check/', import.meta.url);
const CASES = readdirSync(root).sort();

test.each(CASES)('%s', async (name) => {
  const file = (leaf: string): URL => new URL(`${name}/${leaf}`, root);
  const given = GIVEN.filter((leaf) => existsSync(file(leaf)));
  const files = Object.fromEntries(given.map((leaf) => [leaf, readFileSync(file(leaf), 'utf8')]));
  const flags = ['policy', 'profile'].flatMap((flag) => (`${flag}.yaml` in files ? [`--${flag}`, `${flag}.yaml`] : []));
  const { exit, stdout, stderr } = await pillion(['check', '-f', 'workloads.yaml', ...flags], { files });
  expectFile(file('checked.txt'), `${stdout}${stderr}exit code ${exit}\n`);
  expect(readdirSync(file('.')).filter((leaf) => ![...GIVEN, 'checked.txt'].includes(leaf))).toEqual([]);
});

test('every check finds something in one of the cases', () => {
  const told = CASES.map((name) => readFileSync(new URL(`${name}/checked.txt`, root), 'utf8')).join('');
  const codes = [...FIT_CHECKS, FIT090].map(({ code }) => code);
  expect(codes.filter((code) => !told.includes(`  ${code} `))).toEqual([]);
});
