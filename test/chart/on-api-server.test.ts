import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { InjectionPolicy } from '../../src/core/api/injection-policy.ts';
import { DEFAULT_POLICY } from '../../src/core/policy/default-policy.generated.ts';
import { policyProblems } from '../../src/core/policy/object-problems.ts';
import { readValue } from '../../src/core/policy/read-object.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { eventually } from '../cluster/eventually.ts';
import { testCluster } from '../cluster/test-cluster.ts';
import { CHART, type ChartObject, HELMS, NAMESPACE, objectsIn, rendered, runHelm } from './helm-runs.ts';

const cluster = testCluster({ [NAMESPACE]: { 'pod-security.kubernetes.io/enforce': 'restricted' }, shop: {} });
const kubectl = (args: readonly string[], stdin?: object) =>
  cluster.controlPlane.kubectl(args, stdin === undefined ? undefined : JSON.stringify(stdin));

/** Applies objects of the chart and fails on any that is refused. */
async function apply(objects: readonly ChartObject[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  const { code, stderr } = await kubectl(['apply', '--server-side', '-f', '-'], list);
  if (code !== 0) throw new Error(stderr);
}

let objects: readonly ChartObject[];
beforeAll(async () => {
  objects = objectsIn(await rendered(4, 'values.yaml', ['--include-crds']));
  const wanted = [
    'CustomResourceDefinition',
    'ServiceAccount',
    'ClusterRole',
    'ClusterRoleBinding',
    'Role',
    'RoleBinding',
  ];
  await apply(objects.filter(({ kind }) => wanted.includes(kind)));
});

const policy = parse(DEFAULT_POLICY);
const profile = parse(ENVOY_PROFILE);
const REASONED = { reason: 'for a test of rules', expires: '2027-01-31' };
const SELECTED = { podSelector: { matchLabels: { a: 'b' } } };
const allow = (bounds: object) => ({ overrides: { allow: [{ key: 'sidecar.istio.io/proxyCPU', ...bounds }] } });
const withSpec = (change: object) => ({ ...policy, spec: { ...policy.spec, ...change } });

describe('the definitions of our own kinds', () => {
  test('are served, with schemas that the API server finds structural', async () => {
    for (const plural of ['injectionpolicies', 'sidecarprofiles', 'rolloutplans']) {
      await eventually(`${plural} are served`, async () => {
        const { status } = await cluster.api.call('GET', `/apis/pillion.io/v1alpha1/${plural}`);
        return status === 200;
      });
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.pillion.io`;
      const { conditions } = (await cluster.api.call('GET', path)).body.status as {
        conditions: { type: string; status: string; message: string }[];
      };
      expect(conditions.filter(({ type }) => type === 'NonStructuralSchema')).toEqual([]);
    }
  });

  test.each([
    ['injectionpolicies', policy],
    ['sidecarprofiles', profile],
  ])('%s: the built-in one is stored as it is written', async (plural, object) => {
    const { status, body } = await cluster.api.call('POST', `/apis/pillion.io/v1alpha1/${plural}?dryRun=All`, object);
    expect({ status, spec: body.spec }).toEqual({ status: 201, spec: object.spec });
  });

  test('a policy that says nothing is the built-in one', async () => {
    const bare = { apiVersion: policy.apiVersion, kind: policy.kind, metadata: policy.metadata };
    const { body } = await cluster.api.call('POST', '/apis/pillion.io/v1alpha1/injectionpolicies?dryRun=All', bare);
    expect(body.spec).toEqual(policy.spec);
  });

  test('take the policy and the profiles of the values', async () => {
    const own = objectsIn(await rendered(4, 'ci/policy-values.yaml')).filter(({ apiVersion }) =>
      apiVersion.startsWith('pillion.io/'),
    );
    expect(own.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'InjectionPolicy default',
      'SidecarProfile small',
    ]);
    const list = { apiVersion: 'v1', kind: 'List', items: own };
    const { code, stderr } = await kubectl(['apply', '--server-side', '--dry-run=server', '-f', '-'], list);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test.each<[string, string, object, readonly string[]]>([
    ['default in mode Shadow', 'default', { mode: 'Shadow' }, ['spec.mode is Shadow']],
    ['another one that would decide', 'other', {}, ['spec.mode is Enforce']],
    ['another one in mode Shadow', 'other', { mode: 'Shadow' }, []],
    [
      'a last profile with a selector',
      'default',
      { profiles: [{ name: 'envoy', podSelector: { matchLabels: { a: 'b' } } }] },
      ['the last of profiles has a selector'],
    ],
    ['Admit with Deny', 'default', { onError: 'Admit' }, ['onError is Admit, but finalState Deny']],
    ['Admit with Warn', 'default', { onError: 'Admit', finalState: 'Warn' }, []],
    ['an exclusion of everything', 'default', { exclusions: [REASONED] }, ['has no selector']],
    ['an exclusion', 'default', { exclusions: [{ ...REASONED, ...SELECTED }] }, []],
    [
      'a waiver of everything',
      'default',
      { waivers: [{ ...REASONED, rule: 'uid-conflict', scope: {} }] },
      ['has no selector'],
    ],
    ['a waiver', 'default', { waivers: [{ ...REASONED, rule: 'uid-conflict', scope: SELECTED }] }, []],
    ['bounds the wrong way round', 'default', allow({ min: '2', max: '100m' }), ['min is above max']],
    ['a bound that is no quantity', 'default', allow({ min: 'much' }), ['min is no quantity']],
    [
      'two faults',
      'default',
      { ...allow({ max: 'much' }), onError: 'Admit' },
      ['max is no quantity', 'onError is Admit'],
    ],
    ['bounds', 'default', allow({ min: '100m', max: '2' }), []],
  ])('say of %s what Pillion says', async (_what, name, change, said) => {
    const object = { ...withSpec(change), metadata: { name } };
    const path = '/apis/pillion.io/v1alpha1/injectionpolicies?dryRun=All';
    const { status, body } = await cluster.api.call('POST', path, object);
    expect({ status, message: body.message }).toMatchObject({ status: said.length === 0 ? 201 : 422 });
    for (const text of said) expect(body.message).toContain(text);
    const read = readValue(InjectionPolicy, object);
    const problems = 'problems' in read ? read.problems : policyProblems(read.value);
    expect(problems).toHaveLength(said.length);
  });

  test('let a list be replaced by server-side apply, also one that a default had filled', async () => {
    const bare = { apiVersion: policy.apiVersion, kind: policy.kind, metadata: { name: 'default' }, spec: {} };
    await apply([bare]);
    await apply([{ ...bare, spec: allow({}) }]);
    const { body } = await cluster.api.call('GET', '/apis/pillion.io/v1alpha1/injectionpolicies/default');
    expect(body.spec).toMatchObject(allow({}));
    await kubectl(['delete', 'injectionpolicy', 'default']);
  });

  test('say with kubectl explain what each field is, and with kubectl get what became of an object', async () => {
    const { stdout } = await kubectl(['explain', 'injectionpolicies.spec.optIn']);
    expect(stdout).toContain('Whether a namespace and a pod opt in, and by what.');
    await apply([{ ...policy, metadata: { name: 'default' } }]);
    const listed = await kubectl(['get', 'injectionpolicies']);
    expect(listed.stdout.split('\n')[0]?.split(/ +/)).toEqual([
      'NAME',
      'MODE',
      'RULE',
      'AUTOINJECT',
      'FINALSTATE',
      'ACCEPTED',
      'INFORCE',
      'AGE',
    ]);
    await kubectl(['delete', 'injectionpolicy', 'default']);
  });

  const IN = { key: 'tier', operator: 'In', values: ['gold'] };
  test.each([
    ['a selector by list', { neverInject: [{ matchExpressions: [IN, { key: 'app', operator: 'Exists' }] }] }],
    ['a selector by labels', { alwaysInject: [{ matchLabels: { 'example.com/app': 'web' } }] }],
  ])('take %s', async (_what, change) => {
    const path = '/apis/pillion.io/v1alpha1/injectionpolicies?dryRun=All';
    expect((await cluster.api.call('POST', path, withSpec(change))).status).toBe(201);
  });

  test.each([
    ['a value that does not exist', { finalState: 'Maybe' }, 'spec.finalState'],
    ['an empty selector', { neverInject: [{}] }, 'spec.neverInject[0]'],
    [
      'an operator without its values',
      { neverInject: [{ matchExpressions: [{ key: 'a', operator: 'In' }] }] },
      'matchExpressions[0]',
    ],
    [
      'values that an operator cannot have',
      { neverInject: [{ matchExpressions: [{ ...IN, operator: 'Exists' }] }] },
      'matchExpressions[0]',
    ],
    [
      'an operator that does not exist',
      { neverInject: [{ matchExpressions: [{ ...IN, operator: 'Gt' }] }] },
      'operator',
    ],
    ['a key that no label can have', { optIn: { podKey: 'a b' } }, 'spec.optIn.podKey'],
    ['no profile', { profiles: [] }, 'spec.profiles'],
    [
      'an override named twice',
      { overrides: { allow: [{ key: 'x' }, { key: 'x' }] } },
      'has a key for the second time',
    ],
  ])('refuse %s', async (_what, change, path) => {
    const { status, body } = await cluster.api.call(
      'POST',
      '/apis/pillion.io/v1alpha1/injectionpolicies?dryRun=All',
      withSpec(change),
    );
    expect({ status, message: body.message }).toEqual({ status: 422, message: expect.stringContaining(path) });
  });
});

test('the pods of the chart are admitted where Pod Security enforces restricted', async () => {
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  const trial = objects.find(({ kind }) => kind === 'Pod');
  const replica = { apiVersion: 'v1', kind: 'Pod', ...deployment?.spec.template };
  for (const [name, pod] of Object.entries({ replica, trial })) {
    const named = { ...pod, metadata: { ...pod?.metadata, name, namespace: NAMESPACE } };
    // the test has a ServiceAccount of its own, which exists only while it runs
    if (name === 'trial') named.spec = { ...named.spec, serviceAccountName: 'pillion' };
    const { status, body } = await cluster.api.call('POST', `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`, named);
    expect({ name, status, message: body.message }).toEqual({ name, status: 201, message: undefined });
  }
});

describe('the rights of the server', () => {
  const as = `--as=system:serviceaccount:${NAMESPACE}:pillion`;
  const configuration = (name: string) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: [],
  });
  const applied = (name: string) => kubectl(['apply', '--server-side', as, '-f', '-'], configuration(name));

  test('let it create, by apply, the webhook configurations that are its own, and no other', async () => {
    expect(await applied('zz-pillion-policies')).toMatchObject({ code: 0 });
    for (const name of ['other', 'pillion', 'zz-pillion-policies-2'])
      expect(await applied(name)).toMatchObject({ code: 1, stderr: expect.stringContaining('orbidden') });
    expect(await kubectl(['delete', as, 'mutatingwebhookconfiguration', 'zz-pillion-policies'])).toMatchObject({
      code: 0,
    });
  });

  test.each([
    ['list', 'pods', 'shop', 'yes'],
    ['create', 'pods', 'shop', 'no'],
    ['create', 'pods', NAMESPACE, 'no'],
    ['get', 'secrets/pillion-authority', NAMESPACE, 'yes'],
    ['get', 'secrets/other', NAMESPACE, 'no'],
    ['list', 'secrets', NAMESPACE, 'no'],
    ['get', 'secrets/pillion-authority', 'shop', 'no'],
    ['update', 'leases/pillion-registrar', NAMESPACE, 'yes'],
    ['update', 'leases/other', NAMESPACE, 'no'],
    ['get', 'clusterroles/pillion', 'shop', 'yes'],
    ['update', 'clusterroles/pillion', 'shop', 'no'],
    ['bind', 'clusterroles/pillion', 'shop', 'no'],
    ['impersonate', 'users', 'shop', 'no'],
    ['update', 'namespaces/shop', 'shop', 'no'],
  ])('%s %s in %s: %s', async (verb, what, namespace, answer) => {
    const { stdout } = await kubectl(['auth', 'can-i', verb, what, '-n', namespace, as]);
    expect(stdout.trim()).toBe(answer);
  });
});

describe('beside Istio’s own injector', () => {
  const hook = (name: string, namespaceSelector: object, objectSelector: object = {}) => ({
    name: `${name}sidecar-injector.istio.io`,
    namespaceSelector,
    objectSelector,
    clientConfig: { url: 'https://127.0.0.1:1/inject' },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    failurePolicy: 'Ignore',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  });
  const NOT_REFUSED_BY_POD = {
    matchExpressions: [{ key: 'sidecar.istio.io/inject', operator: 'NotIn', values: ['false'] }],
  };
  const istio = (...webhooks: object[]) => ({ ...BASE, metadata: { name: 'istio-sidecar-injector' }, webhooks });
  const BASE = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' };
  const byLabel = hook(
    'namespace.',
    { matchExpressions: [{ key: 'istio-injection', operator: 'In', values: ['enabled'] }] },
    NOT_REFUSED_BY_POD,
  );
  const byRevision = (revision: string) =>
    hook('rev.namespace.', { matchExpressions: [{ key: 'istio.io/rev', operator: 'In', values: [revision] }] });

  const install = (major: 3 | 4, ...more: string[]) =>
    runHelm(major, ['install', 'pillion', CHART, '-n', NAMESPACE, '--dry-run=server', '--skip-crds', ...more], {
      KUBECONFIG: cluster.controlPlane.kubeconfig,
    });

  beforeAll(async () => {
    // Helm wants to own what it installs, also when it only tries
    for (const { kind, metadata } of objects)
      if (metadata.annotations?.['helm.sh/hook'] === undefined && kind !== 'CustomResourceDefinition')
        await kubectl(['delete', kind, metadata.name, '-n', metadata.namespace ?? 'default', '--ignore-not-found']);
  });

  test.each([
    ['its default revision', istio(byLabel), [], 'istio-sidecar-injector/namespace.sidecar-injector.istio.io'],
    [
      'our revision',
      istio(byRevision('default')),
      [],
      'istio-sidecar-injector/rev.namespace.sidecar-injector.istio.io',
    ],
    [
      'its default revision, with our label',
      istio(byLabel),
      ['--set', 'policy.optIn.namespaceLabel.key=example.com/mesh'],
      undefined,
    ],
    ['another revision', istio(byRevision('canary')), [], undefined],
    [
      'a deactivated one',
      istio(hook('namespace.', { matchLabels: { 'istio.io/deactivated': 'never-match' } })),
      [],
      undefined,
    ],
    ['its default revision, on purpose', istio(byLabel), ['--set', 'besideIstioInjector=true'], undefined],
  ])('%s', async (_what, configuration, more, told) => {
    await apply([configuration as ChartObject]);
    for (const major of HELMS) {
      const { code, stdout, stderr } = await install(major, ...more);
      if (told === undefined) {
        expect({ major, code, stderr }).toMatchObject({ code: 0 });
        expect(stdout).toContain('kubectl -n pillion-system rollout status deployment/pillion');
      } else {
        expect({ major, code }).toEqual({ major, code: 1 });
        expect(stderr).toContain(told);
        expect(stderr).toContain('besideIstioInjector: true');
      }
    }
  });
});
