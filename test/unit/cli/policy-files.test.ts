import { expect, test } from '@jest/globals';
import { policyFromFiles } from '../../../src/cli/policy-sources.ts';
import { DEFAULT_POLICY } from '../../../src/core/policy/default-policy.generated.ts';
import { ENVOY_PROFILE } from '../../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { ALIAS_BOMB, WHOLE_POLICY } from '../../core-fixtures/policy-texts.ts';
import { pillion } from './command-line.ts';

const POLICY = WHOLE_POLICY.replace('name: default', 'name: mine').replace(', kube-public', '');

/** The policy with one piece replaced. */
function changed(piece: string, instead: string): string {
  if (!POLICY.includes(piece)) throw new Error(`${piece} is not in the text`);
  return POLICY.replace(piece, instead);
}

const binary = () =>
  Buffer.from(Array.from({ length: 2_000 }, (_, index) => (index * 167 + 13) % 256)).toString('utf8');
const keys = (count: number) => Array.from({ length: count }, (_, index) => `  k${index}: 1\n`).join('');
const UNKNOWN = 'is not a key that is known here; remove it or mend its spelling';

const show = (file: string, text: string) => pillion(['policy', 'show', '--policy', file], { files: { [file]: text } });

test.each<[string, string, (string | RegExp)[]]>([
  [
    'an unknown key',
    changed('onError:', 'onErrors:'),
    ['p.yaml:20:3: /spec/onErrors: is not a key that is known here; did you mean onError?'],
  ],
  [
    'a wrong word',
    changed('onError: Refuse', 'onError: refuse'),
    ['p.yaml:20:3: /spec/onError: is "refuse"; accepted: Refuse, Admit'],
  ],
  [
    'a wrong type',
    changed('neverInject: []', 'neverInject: never'),
    ['p.yaml:13:3: /spec/neverInject: is "never"; it must be array'],
  ],
  [
    'a number where a text belongs',
    changed('revision: default', 'revision: 2'),
    ['p.yaml:11:5: /spec/optIn/revision: is 2; it must be string, so write "2" in quotation marks'],
  ],
  [
    'two policies',
    `${POLICY}---\n${POLICY}`,
    ['p.yaml:25:3: /metadata/name: is the second InjectionPolicy in the given files; keep one'],
  ],
  ['an empty file', '', ['p.yaml: holds no InjectionPolicy; write one into it, or name the file that has it']],
  ['only comments', '# later\n---\n# still later\n', ['p.yaml: holds no InjectionPolicy; write one into it']],
  ['a profile where a policy belongs', ENVOY_PROFILE, ['p.yaml: holds no InjectionPolicy; write one into it']],
  [
    'a key written twice',
    changed('  onError: Refuse', '  onError: Refuse\n  onError: Admit'),
    ['p.yaml:21:3: the key "onError" stands here again; keep one'],
  ],
  ['10 MB', `a: ${'x'.repeat(10_000_000)}`, ['p.yaml: has 10000003 characters; accepted: at most 100000']],
  [
    'an alias that multiplies itself',
    ALIAS_BOMB,
    ['p.yaml: Excessive alias count indicates a resource exhaustion attack'],
  ],
  ['no YAML', 'optIn: {rule: [Istio}\n', ['p.yaml:1:']],
  ['prose', 'please inject everything\n', ['p.yaml:1:1: is "please inject everything"; accepted here: an object']],
  ['a binary', binary(), ['p.yaml:']],
  ['zeros', '\0'.repeat(1_000), ['p.yaml:1:1: is "\\u0000']],
  ['UTF-16', Buffer.from(`\ufeff${POLICY}`, 'utf16le').toString('utf8'), ['p.yaml:1:1: ']],
  [
    'a wrong kind',
    changed('kind: InjectionPolicy', 'kind: InjectPolicy'),
    ['p.yaml:2:1: /kind: is "InjectPolicy"; accepted here: InjectionPolicy, SidecarProfile, RolloutPlan'],
  ],
  [
    'a wrong version',
    changed('pillion.io/v1alpha1', 'pillion.io/v1'),
    ['p.yaml:1:1: /apiVersion: is "pillion.io/v1"; accepted: "pillion.io/v1alpha1"'],
  ],
  [
    'an alias of nothing',
    changed('neverInject: []', 'neverInject: *later'),
    ['p.yaml:13:16: *later refers to nothing; write &later at a value above it, or remove it'],
  ],
  // the API server would refuse the webhook configuration, so that the policy would decide without being registered
  [
    'a selector with a key that no label has',
    changed('neverInject: []', 'neverInject: [{matchLabels: {"a b": c}}]'),
    ['p.yaml:13:32: /spec/neverInject/0/matchLabels/a b: is a key that no label can have; remove it'],
  ],
  [
    'an opt-in label with a key that no label has',
    changed('key: istio-injection', 'key: a..b/istio-injection'),
    ['p.yaml:9:22: /spec/optIn/namespaceLabel/key: is "a..b/istio-injection"; it must match pattern'],
  ],
  [
    'two profiles of one name',
    `${POLICY}---\n${ENVOY_PROFILE}---\n${ENVOY_PROFILE}`,
    ['/metadata/name: is the name of another SidecarProfile in the given files; keep one'],
  ],
  [
    'a profile with an amount that is none',
    `${POLICY}---\n${ENVOY_PROFILE.replace('memory: 128Mi', 'memory: lots')}`,
    [/p\.yaml:\d+:\d+: \/spec\/sidecar\/resources\/requests\/memory: is "lots"; accepted: a quantity/],
  ],
  [
    'an unknown profile',
    changed('name: envoy', 'name: enovy'),
    ['p.yaml:16:7: /spec/profiles/0/name: is "enovy"; known profiles: envoy'],
  ],
  [
    'a key of object prototypes',
    changed('  onError', '  __proto__: {finalState: Off}\n  onError'),
    [`p.yaml:20:3: /spec/__proto__: ${UNKNOWN}`],
  ],
  [
    'a tab as indentation',
    changed('    rule: Name', '\trule: Name'),
    ['p.yaml:7:1: Tabs are not allowed as indentation (TAB_AS_INDENT)'],
  ],
  // more unknown keys than the validator lists by itself: it once took this for no problem at all
  [
    'a block in the wrong place',
    `${POLICY}${keys(9)}`,
    [`p.yaml:21:3: /spec/k0: ${UNKNOWN}`, `p.yaml:29:3: /spec/k8: ${UNKNOWN}`],
  ],
  [
    'thousands of unknown keys',
    `${POLICY}${keys(8_000)}`,
    [`p.yaml:40:3: /spec/k19: ${UNKNOWN}`, 'p.yaml: and 980 more problems; mend those above first'],
  ],
  [
    'thousands of unknown tags',
    '- !x y\n'.repeat(14_000),
    ['p.yaml:20:3: Unresolved tag: !x', 'and 13980 more problems'],
  ],
  ['thousands of documents', '--- 1\n'.repeat(16_000), ['p.yaml:1:5: is 1; accepted here', 'and 15980 more problems']],
  ['brackets that are never closed', '['.repeat(100_000), ['p.yaml:1:', 'RESOURCE_EXHAUSTION']],
])('a policy file with %s is refused, with its place and what is accepted', async (_name, text, said) => {
  const { exit, stdout, stderr } = await show('p.yaml', text);
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^PIL002: a document is refused\n {2}p\.yaml/);
  expect(stderr.endsWith('Mend the places that are named.\n')).toBe(true);
  for (const piece of said) expect(stderr).toMatch(piece);
  expect(stderr.split('\n').length).toBeLessThan(30);
});

test('a file for --profile has to hold a profile', async () => {
  const { exit, stderr } = await pillion(['policy', 'show', '--profile', 'p.yaml'], { files: { 'p.yaml': '' } });
  expect([exit, stderr]).toEqual([2, expect.stringContaining('p.yaml: holds no SidecarProfile; write one into it')]);
});

test.each([
  ['the policy of this test', POLICY],
  ['the built-in policy', DEFAULT_POLICY],
  ['a policy and its profile', `${ENVOY_PROFILE}---\n${DEFAULT_POLICY}`],
])('%s is accepted', async (_name, text) => {
  expect((await show('p.yaml', text)).exit).toBe(0);
});

test('serve does not start under a bad policy, and tells every problem of it', async () => {
  const text = changed('onError: Refuse', 'onError: refuse').replace('neverInject: []', 'neverInject: 1');
  const args = ['serve', '--certificate', 'c', '--key', 'k', '--policy', 'p.yaml'];
  const { exit, stderr } = await pillion(args, { files: { 'p.yaml': text } });
  expect(exit).toBe(2);
  expect(stderr).toMatch(/p\.yaml:13:3: \/spec\/neverInject.*p\.yaml:20:3: \/spec\/onError/s);
});

test('a policy from stdin is read once, and is no file to follow', async () => {
  const texts = [POLICY, ''];
  const readStdin = async () => texts.shift() ?? '';
  const readFile = async () => ENVOY_PROFILE;
  const flags = { policy: ['-'], profile: ['profile.yaml'], ownNamespace: 'pillion-system' };
  const { active, files, read, sources } = await policyFromFiles(flags, { readStdin, readFile, now: () => new Date() });
  expect([active.name, files]).toEqual(['mine', ['profile.yaml']]);
  expect(await read()).toEqual(sources);
});
