import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { BUILT_IN } from '../../src/core/policy/built-in-sources.ts';
import { loadPolicy } from '../../src/core/policy/load.ts';
import { CIRCUMSTANCES } from '../core-fixtures/policies.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { expectFile } from './expected-file.ts';

// Each folder is a case: the ConfigMaps in istio.yaml give made.yaml, and told.txt when something cannot be expressed.
// UPDATE_GOLDEN=1 npm test -- golden writes both.
const root = new URL('./from-istio/', import.meta.url);
const cases = readdirSync(root).sort();

const given = (name: string) => ({ 'istio.yaml': readFileSync(new URL(`${name}/istio.yaml`, root), 'utf8') });
const fromIstio = (name: string, ...flags: string[]) =>
  pillion(['profile', 'from-istio', '-f', 'istio.yaml', ...flags], { files: given(name) });

const loadedProblems = (text: string) => {
  const loaded = loadPolicy([...BUILT_IN, { file: 'made.yaml', text }], CIRCUMSTANCES);
  return 'problems' in loaded ? loaded.problems : [];
};

test.each(cases)('%s', async (name) => {
  const file = (leaf: string): URL => new URL(`${name}/${leaf}`, root);
  const { exit, stdout, stderr } = await fromIstio(name);
  expect(exit).toBe(0);
  expectFile(file('made.yaml'), stdout);
  expectFile(file('told.txt'), stderr === '' ? undefined : stderr);
  expect(loadedProblems(stdout)).toEqual([]);
  expect(await fromIstio(name)).toEqual({ exit, stdout, stderr });
  expect((await fromIstio(name, '--strict')).exit).toBe(stderr === '' ? 0 : 1);
});

test.each(cases)('%s with every setting and without the faults of Istio loads as well', async (name) => {
  const { stdout } = await fromIstio(name, '--full', '--compatibility', 'Corrected');
  expect(loadedProblems(stdout)).toEqual([]);
  expect(stdout).toContain('compatibility: Corrected');
});

test.each(cases)('%s as JSON says the same', async (name) => {
  const [human, json] = [await fromIstio(name), await fromIstio(name, '-o', 'json')];
  const { profile, policy, findings } = JSON.parse(json.stdout);
  expect(json.stderr).toBe(human.stderr);
  expect(findings).toHaveLength(human.stderr.split('\n').filter((line) => /^\S/.test(line)).length);
  const text = `${JSON.stringify(profile)}\n---\n${JSON.stringify(policy)}\n`;
  const [fromText, fromJson] = [human.stdout, text].map((source) =>
    loadPolicy([...BUILT_IN, { file: 'made.yaml', text: source }], CIRCUMSTANCES),
  );
  expect(fromJson).toMatchObject({ active: { revision: expect.any(String) } });
  expect(fromJson && 'active' in fromJson && fromJson.active.revision).toBe(
    fromText && 'active' in fromText && fromText.active.revision,
  );
});
