import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { pillion } from './command-line.ts';

const policy = (spec: object, name = 'default') =>
  stringify({ apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionPolicy', metadata: { name }, spec });
const profile = (name: string, spec: object = {}) =>
  stringify({
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'SidecarProfile',
    metadata: { name },
    spec: { kind: 'Envoy', ...spec },
  });
const validate = (files: Record<string, string>, ...args: string[]) =>
  pillion(['policy', 'validate', ...Object.keys(files), ...args], { files });

test('each object that is accepted is a line', async () => {
  const text = `${policy({ profiles: [{ name: 'lean' }] })}---\n${profile('lean')}`;
  expect(await validate({ 'new.yaml': text })).toEqual({
    exit: 0,
    stderr: '',
    stdout: `new.yaml:1: InjectionPolicy default: accepted
new.yaml:9: SidecarProfile lean: accepted
`,
  });
});

test('every place that is refused is told with file, line, path, what stands there and what is accepted', async () => {
  const spec = { optIn: { rule: 'Both' }, onError: 'Perhaps', profiles: [{ name: 'nobody' }] };
  const { exit, stdout, stderr } = await validate({
    'new.yaml': policy(spec),
    'lean.yaml': profile('lean', { order: 'First' }),
  });
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toContain('new.yaml:7:5: /spec/optIn/rule: is "Both"; accepted: NamespaceAndPod, Istio');
  expect(stderr).toContain('new.yaml:8:3: /spec/onError: is "Perhaps"; accepted: Refuse, Admit');
  expect(stderr).toContain('lean.yaml:7:3: /spec/order: is "First"; accepted: Native, Classic');
});

test('a file with nothing in it is refused', async () => {
  const { exit, stderr } = await validate({ 'new.yaml': '# nothing yet\n' });
  expect([exit, stderr]).toEqual([2, expect.stringContaining('new.yaml: holds no policy and no profile')]);
});

const until = { reason: 'moves to another mesh', expires: '2099-12-31' };
const expression = (key: string, operator: string, values?: string[]) => ({ key, operator, ...(values && { values }) });

test.each<[string, object, string]>([
  [
    'a selector that asks two values of one label',
    { neverInject: [{ matchLabels: { app: 'a' }, matchExpressions: [expression('app', 'In', ['b', 'c'])] }] },
    'new.yaml:7:7: /spec/neverInject/0: matches nothing: no label app can meet all that it asks of that key',
  ],
  [
    'a label that must be there and must not',
    {
      alwaysInject: [{ matchExpressions: [expression('app', 'Exists'), expression('app', 'DoesNotExist')] }],
    },
    '/spec/alwaysInject/0: matches nothing',
  ],
  [
    'a value that is asked for and forbidden',
    {
      profiles: [
        {
          name: 'envoy',
          podSelector: { matchExpressions: [expression('app', 'In', ['a']), expression('app', 'NotIn', ['a'])] },
        },
        { name: 'envoy' },
      ],
    },
    '/spec/profiles/0/podSelector: matches nothing',
  ],
  [
    'an opt-in that nobody can take back',
    { optIn: { namespaceLabel: { enabled: 'yes', disabled: 'yes' } } },
    '/spec/optIn/namespaceLabel/disabled: is "yes", as enabled is, so no namespace can opt out',
  ],
  [
    'an exclusion of everything',
    { exclusions: [{ namespaceSelector: { matchLabels: { 'istio-injection': 'enabled' } }, ...until }] },
    '/spec/exclusions/0/namespaceSelector: excludes every namespace that opts in by istio-injection=enabled',
  ],
  [
    'an exception that has ended',
    { exclusions: [{ podSelector: { matchLabels: { app: 'a' } }, ...until, expires: '2020-01-31' }] },
    '/spec/exclusions/0: has no effect since it ended on 2020-01-31',
  ],
  [
    'a selector that another one beats',
    { neverInject: [{ matchLabels: { app: 'a' } }], alwaysInject: [{ matchLabels: { app: 'a' } }] },
    '/spec/alwaysInject/0: has no effect: /spec/neverInject/0 is the same, and beats it',
  ],
  [
    'a profile that is never reached',
    { profiles: [{ name: 'istio' }, { name: 'envoy' }] },
    '/spec/profiles/1: is never chosen: /spec/profiles/0 matches all of its pods',
  ],
])('warned of: %s', async (_, spec, message) => {
  const { exit, stdout, stderr } = await validate({ 'new.yaml': policy(spec) });
  expect([exit, stdout]).toEqual([0, 'new.yaml:1: InjectionPolicy default: accepted\n']);
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(message)]);
  expect((await validate({ 'new.yaml': policy(spec) }, '--strict')).exit).toBe(1);
});

test.each<[string, object]>([
  [
    'two values that agree in one',
    { matchExpressions: [expression('app', 'In', ['a', 'b']), expression('app', 'In', ['b'])] },
  ],
  ['absence', { matchExpressions: [expression('app', 'DoesNotExist'), expression('app', 'NotIn', ['a'])] }],
  ['presence but one value', { matchExpressions: [expression('app', 'Exists'), expression('app', 'NotIn', ['a'])] }],
])('not warned of: a selector that asks for %s', async (_, selector) => {
  expect((await validate({ 'new.yaml': policy({ neverInject: [selector] }) }, '--strict')).exit).toBe(0);
});

test('a profile beside a policy that does not name it is warned of', async () => {
  const { stderr } = await validate({ 'new.yaml': policy({}), 'lean.yaml': profile('lean') });
  expect(stderr).toBe(
    'warning: lean.yaml:4:3: /metadata/name: is named by no policy in these files, so no pod gets it\n',
  );
});

const diff = (before: string, after: string, ...args: string[]) =>
  pillion(['policy', 'diff', 'old.yaml', 'new.yaml', ...args], { files: { 'old.yaml': before, 'new.yaml': after } });

test('settings that differ, also those that were left out, and of the profiles', async () => {
  const after = `${policy({ optIn: { autoInject: 'enabled' }, profiles: [{ name: 'lean' }] })}---\n${profile('lean', { sidecar: { concurrency: 1 } })}`;
  const before = `${policy({ profiles: [{ name: 'lean' }] })}---\n${profile('lean')}`;
  expect(await diff(before, after)).toEqual({
    exit: 1,
    stderr: '',
    stdout: `InjectionPolicy
  /spec/optIn/autoInject: "disabled" becomes "enabled"
SidecarProfile lean
  /spec/sidecar/concurrency: 2 becomes 1
`,
  });
  const { stdout } = await diff(before, after, '-o', 'json');
  expect(JSON.parse(stdout)[0]).toEqual({
    ...{ object: 'InjectionPolicy', path: '/spec/optIn/autoInject', before: 'disabled', after: 'enabled' },
  });
});

test('what is written otherwise and counts alike is equal', async () => {
  const keys = ['sidecar.istio.io/proxyCPU', 'sidecar.istio.io/logLevel'].map((key) => ({ key }));
  const before = policy({ overrides: { allow: keys } });
  const after = policy({ overrides: { allow: keys.toReversed() }, optIn: { rule: 'NamespaceAndPod' } });
  expect(await diff(before, after)).toEqual({ exit: 0, stderr: '', stdout: 'no setting differs\n' });
});

test('a profile that only one of them has is told as a whole', async () => {
  const { stdout, exit } = await diff(policy({}), policy({ profiles: [{ name: 'istio' }] }));
  expect(exit).toBe(1);
  expect(stdout).toContain('SidecarProfile envoy\n  is no longer named by the policy\n');
  expect(stdout).toContain('SidecarProfile istio\n  is now named by the policy\n');
});

test('a policy that is refused cannot be compared', async () => {
  const { exit, stderr } = await diff(policy({}), policy({ optin: {} }));
  expect([exit, stderr]).toEqual([2, expect.stringContaining('new.yaml:6:3: /spec/optin')]);
});
