import { expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { pillion } from './command-line.ts';

const template = (annotations: object, spec: object = {}, labels: object = {}) => ({
  metadata: { labels, annotations },
  spec: { containers: [{ name: 'web', image: 'web' }], ...spec },
});
const ASKS = { 'sidecar.istio.io/inject': 'true' };
const deployment = (name: string, made: object, namespace = 'shop', replicas = 1) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: { replicas, template: made },
});
const namespace = (name: string, labels: object = { 'istio-injection': 'enabled' }) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});
const policy = (spec: object, name = 'default') => ({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'InjectionPolicy',
  metadata: { name },
  spec,
});
const profile = (name: string, sidecar: object) => ({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'SidecarProfile',
  metadata: { name },
  spec: { kind: 'Envoy', sidecar },
});
const yaml = (...documents: object[]): string => documents.map((document) => stringify(document)).join('---\n');

const SHOP = [
  namespace('shop'),
  deployment('web', template(ASKS), 'shop', 3),
  deployment('worker', template({}, {}, { app: 'worker' })),
  deployment('node', template(ASKS, { hostNetwork: true })),
];

const simulate = (files: Record<string, string>, ...args: string[]) =>
  pillion(['simulate', '--policy', 'new.yaml', '-f', 'shop.yaml', ...args], {
    files: { 'shop.yaml': yaml(...SHOP), ...files },
  });

test('for people: whose pods change, from what to what, and how many in all', async () => {
  const changed = policy({ optIn: { autoInject: 'enabled' }, profiles: [{ name: 'lean' }] });
  const lean = profile('lean', { concurrency: 1, image: 'registry.example/envoy:2' });
  const { exit, stdout, stderr } = await simulate({ 'new.yaml': yaml(changed, lean) });
  expect([exit, stderr]).toEqual([1, '']);
  expect(stdout).toBe(`1 pod of 1 owner would gain a sidecar
whose                   pods  before             after
shop Deployment/worker  1     skip not-opted-in  inject auto-inject

3 pods of 1 owner would have another sidecar
whose                pods  what is another one
shop Deployment/web  3     profile envoy -> lean
                           initContainers/istio-proxy/image envoyproxy/envoy:distroless-v1.40.0 ->
                           registry.example/envoy:2
                           initContainers/istio-proxy/args/5 2 -> 1

5 examined: 1 unchanged, 1 would gain, 0 lose, 0 be refused, 3 look different
`);
});

test('each kind of change, for machines', async () => {
  const objects = [
    namespace('shop'),
    namespace('other', { team: 'a' }),
    deployment('lost', template(ASKS, {}, { app: 'lost' })),
    deployment('refused', template({ ...ASKS, 'sidecar.istio.io/logLevel': 'debug' })),
    deployment('passes', template({ ...ASKS, 'sidecar.istio.io/logLevel': 'loud' }, {}, { app: 'lost' })),
    deployment('elsewhere', template({}), 'other'),
  ];
  const exclusion = {
    podSelector: { matchLabels: { app: 'lost' } },
    reason: 'moves to another mesh',
    expires: '2026-12-31',
  };
  const spec = {
    exclusions: [exclusion],
    overrides: { allow: [] },
    optIn: { namespaceLabel: { key: 'team', enabled: 'yes', disabled: 'a' } },
  };
  const old = policy({ optIn: { namespaceLabel: { key: 'team', enabled: 'yes' } } });
  const inShop = [...objects.slice(1), namespace('shop', { team: 'yes' })];
  const { stdout, exit, stderr } = await simulate(
    { 'new.yaml': yaml(policy(spec)), 'old.yaml': yaml(old), 'shop.yaml': yaml(...inShop) },
    ...['--against', 'old.yaml', '-o', 'json'],
  );
  expect([exit, stderr]).toEqual([1, '']);
  const { counts, changes } = JSON.parse(stdout);
  expect(counts).toEqual({
    ...{ examined: 4, unchanged: 0, unknown: 0 },
    ...{ refused: 1, lose: 1, gain: 0, pass: 1, different: 0, reason: 1 },
  });
  expect(
    changes.map(({ change, name, after }: { change: string; name: string; after: object }) => ({
      change,
      name,
      after,
    })),
  ).toEqual([
    {
      change: 'refused',
      name: 'refused',
      after: { verdict: 'deny', reason: 'override-forbidden', rule: '/spec/overrides/others' },
    },
    { change: 'lose', name: 'lost', after: { verdict: 'skip', reason: 'excluded', rule: '/spec/exclusions/0' } },
    { change: 'pass', name: 'passes', after: { verdict: 'skip', reason: 'excluded', rule: '/spec/exclusions/0' } },
    {
      change: 'reason',
      name: 'elsewhere',
      after: { verdict: 'skip', reason: 'namespace-disabled', rule: '/spec/optIn/namespaceLabel' },
    },
  ]);
});

test('a namespace of which nothing is known is said to be missing, unless its labels do not matter', async () => {
  const objects = yaml(
    deployment('web', template(ASKS)),
    deployment('node', template(ASKS, { hostNetwork: true })),
    deployment('dns', template(ASKS), 'kube-system'),
  );
  const files = { 'new.yaml': yaml(policy({ optIn: { autoInject: 'enabled' } })), 'shop.yaml': objects };
  const { stdout, exit } = await simulate(files, '-o', 'yaml');
  const { counts, unknown } = parse(stdout);
  expect(exit).toBe(0);
  expect(counts).toMatchObject({ examined: 3, unchanged: 2, unknown: 1 });
  expect(unknown).toEqual([
    {
      ...{ namespace: 'shop', kind: 'Deployment', name: 'web', pods: 1 },
      missing: ['label istio-injection of namespace shop', 'label istio.io/rev of namespace shop'],
    },
  ]);
  const told = await simulate(files, '--namespace-label', 'shop:istio-injection=enabled');
  expect(told.stdout).toBe('3 examined: 3 unchanged, 0 would gain, 0 lose, 0 be refused, 0 look different\n');
});

test('a policy in mode Shadow is tried out as if it decided', async () => {
  const shadow = policy({ mode: 'Shadow', optIn: { autoInject: 'enabled' } }, 'next');
  expect((await simulate({ 'new.yaml': yaml(shadow) })).stdout).toContain('1 would gain');
});

test.each<[string, string[], Record<string, string>, string]>([
  ['no policy', ['-f', 'shop.yaml'], {}, 'no policy is named; give --policy FILE with the new one'],
  ['nothing to decide about', ['--policy', 'new.yaml', '-f', 'new.yaml'], {}, 'no object in new.yaml creates pods'],
  [
    'an empty file',
    ['--policy', 'new.yaml', '-f', 'shop.yaml', '--against', 'none.yaml'],
    { 'none.yaml': '\n' },
    'none.yaml: holds no policy and no profile',
  ],
  [
    'a field nobody knows',
    ['--policy', 'bad.yaml', '-f', 'shop.yaml'],
    { 'bad.yaml': yaml(policy({ optin: {} })) },
    'bad.yaml:6:3: /spec/optin: is not a key that is known here; did you mean optIn?',
  ],
])('refused: %s', async (_, args, files, message) => {
  const given = { 'shop.yaml': yaml(...SHOP), 'new.yaml': yaml(policy({})), ...files };
  const { exit, stdout, stderr } = await pillion(['simulate', ...args], { files: given });
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test('no line is wider than the terminal, however long the names are', async () => {
  const name = 'a-very-long-name-of-a-deployment'.repeat(4);
  const files = {
    'new.yaml': yaml(
      policy({ optIn: { autoInject: 'enabled' }, profiles: [{ name: 'lean' }] }),
      profile('lean', { concurrency: 1 }),
    ),
    'shop.yaml': yaml(
      namespace('shop'),
      deployment(name, template({})),
      deployment(`${name}2`, template(ASKS)),
      deployment(name, template({}), name),
    ),
  };
  const { stdout } = await simulate(files);
  expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
});
