import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { MOST_TRIED, playgroundOf } from '../../../src/core/dashboard/playground-of.ts';
import { ROUTES } from '../../../src/core/dashboard/routes.ts';
import { trialBase } from '../../../src/core/dashboard/trial-base.ts';
import { BUILT_IN } from '../../../src/core/policy/built-in-sources.ts';
import { loadPolicy } from '../../../src/core/policy/load.ts';
import { validAnswer } from '../../core-fixtures/valid-answer.ts';

const now = new Date('2026-11-03T10:00:00Z');
const ownNamespace = 'pillion-system';
const loaded = loadPolicy(BUILT_IN, { ownNamespace, today: '2026-11-03' });
if ('problems' in loaded) throw new Error('the built-in policy is not good');
const { active, profiles } = loaded;
const OPEN = { name: 'shop', labels: { 'istio-injection': 'enabled' } };
const ground = {
  ...{ active, ownNamespace, now, base: trialBase(active, profiles, undefined) },
  namespaceOf: (name: string) => (name === 'shop' ? OPEN : undefined),
};

const ASKS = { 'sidecar.istio.io/inject': 'true' };
const pod = (name: string, annotations: object = ASKS, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', annotations },
  spec: { containers: [{ name: 'app', image: 'registry.example/app:1', ...more }] },
});
const policy = (spec: object, name = 'other') =>
  stringify({
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'InjectionPolicy',
    metadata: { name },
    spec: { profiles: [{ name: 'envoy' }], ...spec },
  });
const tried = (manifests: string, pasted?: string, namespace?: string) => {
  const question = { manifests, ...(pasted !== undefined && { policy: pasted }), ...(namespace && { namespace }) };
  return validAnswer(ROUTES.playground.answer, playgroundOf(question, ground));
};

test('a pod is decided with every check, what its sidecar is like, and what changes in it', () => {
  const { problems, workloads } = tried(stringify(pod('web')));
  expect(problems).toEqual([]);
  expect(workloads).toMatchObject([
    {
      ...{ kind: 'Pod', namespace: 'shop', name: 'web', namespaceKnown: true },
      active: { verdict: 'inject', reason: 'opted-in', hints: [], problems: [] },
    },
  ]);
  const [{ active: answer } = { active: undefined }] = workloads;
  expect(answer?.checks.filter(({ decisive }) => decisive)).toMatchObject([{ check: 'asks-for-sidecar' }]);
  expect(answer?.settings[0]).toEqual({ setting: 'profile', value: 'envoy', origin: expect.any(String) });
  expect(answer?.diff).toMatch(/^--- pod\.yaml/m);
  expect(answer?.diff).toContain('+    - name: istio-proxy');
});

test('a pod that is left alone has no difference, and is told what would change that', () => {
  const { workloads } = tried(stringify(pod('web', {})));
  expect(workloads).toMatchObject([
    { active: { verdict: 'skip', reason: 'not-opted-in', diff: '', settings: [], hints: [expect.any(String)] } },
  ]);
});

test('another policy answers beside the one in force, also one in mode Shadow', () => {
  const manifests = stringify(pod('web'));
  for (const mode of ['Enforce', 'Shadow']) {
    const { problems, workloads } = tried(manifests, policy({ mode, protectedNamespaces: ['shop'] }));
    expect(problems).toEqual([]);
    expect(workloads).toMatchObject([
      { active: { verdict: 'inject' }, pasted: { verdict: 'skip', reason: 'namespace-protected', diff: '' } },
    ]);
  }
});

test.each([
  ['what is no YAML', 'kind: [', { line: 1, column: 8, path: '' }],
  ['what the schema refuses', policy({ finalState: 'Maybe' }), { line: 8, path: '/spec/finalState' }],
  ['nothing at all but a comment', '# a policy\n', { message: expect.stringContaining('no policy and no profile') }],
  [
    'two policies',
    `${policy({}, 'one')}---\n${policy({ mode: 'Shadow' }, 'two')}`,
    { message: expect.stringContaining('one') },
  ],
])('of a policy that is %s the place is told, and the one in force answers', (_, pasted, place) => {
  const { problems, workloads } = tried(stringify(pod('web')), pasted);
  expect(problems[0]).toMatchObject({ source: 'policy', ...place });
  expect(workloads).toMatchObject([{ active: { verdict: 'inject' } }]);
  expect(workloads[0]).not.toHaveProperty('pasted');
});

test('a document that does not parse is told with its place, and the others are tried', () => {
  const { problems, workloads } = tried(
    `${stringify(pod('web'))}---\nkind: Pod\nkind: Pod\n---\n${stringify(pod('db'))}`,
  );
  expect(problems).toMatchObject([{ source: 'manifests', line: expect.any(Number), column: 1 }]);
  expect(workloads.map(({ name }) => name)).toEqual(['web', 'db']);
});

test.each([
  ['no workload', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n', 'no document here makes pods'],
  ['nothing', '', 'no document here makes pods'],
  [
    'more than are tried',
    stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: Array.from({ length: MOST_TRIED + 1 }, (_, at) => pod(`p${at}`)),
    }),
    `${MOST_TRIED + 1} workloads stand here`,
  ],
])('%s is told', (_, manifests, message) => {
  expect(tried(manifests).problems).toMatchObject([{ message: expect.stringContaining(message) }]);
});

test('a Namespace that is pasted hides that of the cluster, and of others nothing is known', () => {
  const namespace = (name: string, labels: object) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  });
  const closed = [namespace('shop', {}), pod('web')].map((one) => stringify(one)).join('---\n');
  expect(tried(closed).workloads).toMatchObject([
    { namespaceKnown: true, active: { reason: 'namespace-not-enabled' } },
  ]);
  const elsewhere = stringify({ ...pod('web'), metadata: { name: 'web', annotations: ASKS } });
  expect(tried(elsewhere, undefined, 'hidden').workloads).toMatchObject([
    {
      namespace: 'hidden',
      namespaceKnown: false,
      active: { reason: 'namespace-not-enabled' },
    },
  ]);
});

test('keys and names that break what is made of them stay data', () => {
  const hostile = `
apiVersion: v1
kind: Pod
metadata:
  name: <img src=x onerror=alert(1)>
  namespace: shop
  annotations: {"__proto__": "x", "constructor": "y", sidecar.istio.io/inject: "true"}
  labels: {"__proto__": "a"}
  __proto__: {polluted: true}
spec:
  __proto__: {polluted: true}
  containers: [{name: app, image: a, env: [{name: __proto__, value: b}]}]
`;
  const { workloads } = tried(hostile);
  expect(workloads).toMatchObject([{ name: '<img src=x onerror=alert(1)>' }]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('what is wrong with a pod is told with its place in the pod', () => {
  const { workloads } = tried(stringify(pod('web', { ...ASKS, 'sidecar.istio.io/proxyCPU': 'much' })));
  expect(workloads).toMatchObject([
    { active: { verdict: 'deny', problems: [{ path: expect.stringContaining('proxyCPU') }], diff: '' } },
  ]);
});

test('a value of a variable stands in the difference alone, around which it is', () => {
  const answer = tried(stringify(pod('web', ASKS, { env: [{ name: 'PASSWORD', value: 'hunter2' }] })));
  const without = {
    ...answer,
    workloads: answer.workloads.map(({ active: { diff: _, ...rest }, ...one }) => ({ one, rest })),
  };
  expect(JSON.stringify(without)).not.toContain('hunter2');
});
