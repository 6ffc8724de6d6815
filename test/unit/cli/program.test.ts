import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { DEFAULT_POLICY } from '../../../src/core/policy/default-policy.generated.ts';
import { BUILT_IN } from '../../core-fixtures/policies.ts';
import { pillion } from './command-line.ts';

test('version is the one of package.json', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  expect(await pillion(['version'])).toEqual({ exit: 0, stdout: `pillion ${version}\n`, stderr: '' });
  expect(JSON.parse((await pillion(['version', '-o', 'json'])).stdout)).toEqual({ version });
});

test('policy show prints the built-in policy with its comments and its revision', async () => {
  const { exit, stdout } = await pillion(['policy', 'show']);
  expect([exit, stdout]).toEqual([0, expect.stringMatching(/^# revision [0-9a-f]{16}\n/)]);
  expect(stdout.replace(/^.*\n/, '')).toBe(DEFAULT_POLICY);
});

test('policy show is read by machines, and what it prints for people is a policy again', async () => {
  const shown = JSON.parse((await pillion(['policy', 'show', '-o', 'json'])).stdout);
  expect(shown).toEqual({ revision: BUILT_IN.revision, policy: parse(DEFAULT_POLICY) });
  expect(parse((await pillion(['policy', 'show', '-o', 'yaml'])).stdout)).toEqual(shown);
  const files = { 'mine.yaml': JSON.stringify({ ...shown.policy, metadata: { name: 'mine' } }) };
  const own = await pillion(['policy', 'show', '--policy', 'mine.yaml'], { files });
  expect(parse(own.stdout)).toEqual({ ...shown.policy, metadata: { name: 'mine' } });
  expect(own.stdout).not.toContain(BUILT_IN.revision);
});

test('the revision of a policy depends on nothing but what it says', async () => {
  const revision = async (...flags: string[]) =>
    (await pillion(['policy', 'show', ...flags], { files })).stdout.split('\n')[0];
  const files = {
    'same.yaml': `# another comment\n${DEFAULT_POLICY}`,
    'other.yaml': DEFAULT_POLICY.replace('Refuse', 'Admit'),
  };
  expect(await revision('--policy', 'same.yaml')).toBe(await revision());
  expect(await revision('--policy', 'other.yaml')).not.toBe(await revision());
  expect(await revision('--own-namespace', 'elsewhere')).not.toBe(await revision());
});

test('Pillion’s own namespace comes from the environment of its pod', async () => {
  const stdin = 'kind: Pod\nmetadata: {name: web, namespace: mesh}\nspec: {containers: [{name: web}]}\n';
  const outcome = await pillion(['explain', '-f', '-'], { stdin, variables: { POD_NAMESPACE: 'mesh' } });
  expect(outcome.stdout).toContain('namespace-protected');
});

test.each([
  [['frobnicate'], "unknown command 'frobnicate'"],
  [['explain'], 'nothing is named to explain; give -f FILE or KIND/NAME'],
  [['explain', '-f', 'a', '--colour'], "unknown option '--colour'"],
  [['explain', '-f', 'a', '-o', 'xml'], 'Allowed choices are human, json, yaml'],
  [['admit', '-f', 'a', '--hook', 'mutate'], 'Allowed choices are inject, warn'],
  [
    ['explain', '-f', 'a.yaml', '--namespace-label', 'enabled'],
    '--namespace-label enabled is not of the form [NAMESPACE:]KEY=VALUE',
  ],
  [['explain', '-f', 'a.yaml', '--namespace-label', ':a=b'], 'is not of the form'],
  [['serve', '--certificate', 'c', '--key', 'k', '--port', '70000'], 'Give a port from 0 to 65535'],
  [['serve', '--certificate', 'c', '--key', 'k', '--webhook-url', 'https://127.0.0.1'], 'need --ca FILE'],
  [
    ['serve', '--certificate', 'c', '--key', 'k', '--ca', 'c', '--webhook-url', 'http://127.0.0.1'],
    'is not an https URL',
  ],
  [
    ['serve', '--certificate', 'c', '--key', 'k', '--ca', 'c', '--webhook-service', 'pillion'],
    'is not of the form NAMESPACE/NAME',
  ],
])('usage %j: exit 2, and %s', async (args, message) => {
  const outcome = await pillion(args, { files: { 'a.yaml': 'kind: Namespace' } });
  expect(outcome).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(message) });
});

test.each([['--help'], ['explain', '--help'], ['policy', '--help']])('help is data: %s', async (...args) => {
  expect(await pillion(args)).toMatchObject({ exit: 0, stdout: expect.stringContaining('Usage: pillion'), stderr: '' });
});

test.each([
  ['explain', '-f', 'missing.yaml'],
  ['admit', '-f', 'missing.yaml'],
  ['policy', 'show', '--policy', 'missing.yaml'],
  ['policy', 'show', '--profile', 'missing.yaml'],
])('a file that cannot be read is named: %s %s %s', async (...args) => {
  expect(await pillion(args)).toEqual({
    exit: 2,
    stdout: '',
    stderr: `PIL001: a file cannot be read
  missing.yaml: ENOENT: no such file or directory, open 'missing.yaml'
  Check the path and its permissions.
`,
  });
});

test.each([
  ['explain', '-f', 'bad.yaml'],
  ['admit', '-f', 'bad.yaml'],
  ['policy', 'show', '--policy', 'bad.yaml'],
])('a file that does not parse is named with line and column: %s %s %s', async (...args) => {
  const files = { 'bad.yaml': 'kind: Pod\nmetadata:\n  name: "web\nspec: {}\n' };
  const { exit, stdout, stderr } = await pillion(args, { files });
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^PIL002: a document is refused\n {2}bad\.yaml:\d+:\d+: .+ \([A-Z_]+\)\n/);
});

test('every problem of every file is told at once', async () => {
  const files = { 'a.yaml': 'a: [', 'b.yaml': 'b: 1\nb: 2' };
  const { stderr } = await pillion(['explain', '-f', 'a.yaml', '-f', 'b.yaml'], { files });
  expect(stderr).toContain('a.yaml:1:5');
  expect(stderr).toContain('b.yaml:2:1: the key "b" stands here again; keep one');
});
