import { expect, test } from '@jest/globals';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import { ANNOTATIONS, REDIRECT, SIDECAR } from '../../../src/core/sidecar/names.ts';
import { admitted, patched } from '../../core-fixtures/admissions.ts';
import { messagesOf, rendered } from '../../core-fixtures/matching-hooks.ts';
import { askingPod, type Json, type PodJson, podWith } from '../../core-fixtures/pods.ts';
import { BUILT_IN, type PolicyChanges, policyWith } from '../../core-fixtures/policies.ts';

const SHOP = { name: 'shop', labels: { 'istio-injection': 'enabled' } };

/** Name, actions of the binding and what follows from an expression that fails. */
const policiesOf = (policy: ActivePolicy) => {
  const objects = rendered(policy);
  return objects.flatMap((object) => {
    if (object.kind !== 'ValidatingAdmissionPolicy') return [];
    const binding = objects.find(
      (other) => other.kind === 'ValidatingAdmissionPolicyBinding' && other.spec.policyName === object.metadata.name,
    );
    const actions = binding?.kind === 'ValidatingAdmissionPolicyBinding' ? binding.spec.validationActions : [];
    return [`${object.metadata.name}: ${actions.join(' ')}, ${object.spec.failurePolicy}`];
  });
};

const ALWAYS = ['pillion-rendered-annotations: Deny, Fail', 'pillion-inert-opt-in: Warn Audit, Ignore'];
const overrides = (others: 'Deny' | 'Warn' | 'Audit'): PolicyChanges => ({
  spec: { overrides: { allow: [], others } },
});

test.each<[string, PolicyChanges, string[]]>([
  ['is built in', {}, ['pillion-final-state: Deny, Fail']],
  ['warns of the final state', { spec: { finalState: 'Warn' } }, ['pillion-final-state: Warn Audit, Ignore']],
  ['does without the final state', { spec: { finalState: 'Off' } }, []],
  ['refuses overrides', overrides('Deny'), ['pillion-final-state: Deny, Fail', 'pillion-overrides: Deny, Fail']],
  ['warns of overrides', overrides('Warn'), ['pillion-final-state: Deny, Fail', 'pillion-overrides: Warn, Ignore']],
  ['records overrides', overrides('Audit'), ['pillion-final-state: Deny, Fail', 'pillion-overrides: Audit, Ignore']],
])('a policy that %s', (_, changes, expected) => {
  expect(policiesOf(policyWith(changes))).toEqual([...expected, ...ALWAYS]);
});

test('no policy has parameters, each spares the protected namespaces and is bound as it is', () => {
  for (const object of rendered(policyWith(overrides('Deny')))) {
    if (object.kind === 'ValidatingAdmissionPolicyBinding') expect(Object.keys(object.spec)).toHaveLength(2);
    if (object.kind !== 'ValidatingAdmissionPolicy') continue;
    expect(object.spec).not.toHaveProperty('paramKind');
    expect(object.spec.matchConstraints).not.toHaveProperty('objectSelector');
    expect(object.spec.matchConstraints.namespaceSelector).toMatchObject({
      matchExpressions: expect.arrayContaining([
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'NotIn',
          values: ['kube-node-lease', 'kube-public', 'kube-system', 'pillion-system'],
        },
      ]),
    });
  }
});

const PROFILES: readonly (readonly [string, ActivePolicy])[] = [
  ['Native with redirect', BUILT_IN],
  ['Native without redirect', policyWith({ profile: { capture: 'None' } })],
  ['Classic with redirect', policyWith({ profile: { order: 'Classic' } })],
  ['Classic without redirect', policyWith({ profile: { order: 'Classic', capture: 'None' } })],
];

const ofContainer = (name: string, change: (container: Json) => readonly Json[]) => (pod: PodJson) => {
  const changed = (list: readonly Json[] | null | undefined) =>
    (list ?? []).flatMap((container) => (container.name === name ? change(container) : [container]));
  return {
    ...pod,
    spec: { ...pod.spec, initContainers: changed(pod.spec.initContainers), containers: changed(pod.spec.containers) },
  };
};
const without = (key: string) => (pod: PodJson) => {
  const { [key]: _, ...annotations } = pod.metadata.annotations ?? {};
  return { ...pod, metadata: { ...pod.metadata, annotations } };
};

const SPOILT: readonly (readonly [string, (pod: PodJson) => PodJson])[] = [
  ['has no sidecar', ofContainer(SIDECAR, () => [])],
  [
    'has a sidecar with an image of its own',
    ofContainer(SIDECAR, (one) => [{ ...one, image: 'registry.example/mine:1' }]),
  ],
  ['has no redirect', ofContainer(REDIRECT, () => [])],
  [
    'has a redirect with an image of its own',
    ofContainer(REDIRECT, (one) => [{ ...one, image: 'registry.example/mine:1' }]),
  ],
  ['has a sidecar that ends', ofContainer(SIDECAR, ({ restartPolicy, ...one }) => [one])],
  ['has no status', without(ANNOTATIONS.status)],
  ['has no configuration', without(ANNOTATIONS.envoyConfig)],
];

test.each(PROFILES)('%s: the injected pod passes, and no part of it may be missing or changed', (title, policy) => {
  const pod = askingPod();
  const whole = patched(pod, admitted(pod, { policy }));
  const refusals = (object: PodJson) =>
    messagesOf(policy, 'pillion-final-state', { resource: 'pods', object, namespace: SHOP })?.length;
  expect(refusals(whole)).toBe(0);
  const refused = SPOILT.filter(([, spoil]) => refusals(spoil(whole)) === 1).map(([what]) => what);
  const expected = SPOILT.map(([what]) => what)
    .filter((what) => !what.includes('redirect') || title.includes('with redirect'))
    .filter((what) => what !== 'has a sidecar that ends' || title.startsWith('Native'));
  expect(refused).toEqual(expected);
});

const ISTIO = { 'sidecar.istio.io/status': '{}' };
const OURS = { 'pillion.io/status': '{ "recordId" : "0123456789abcdef" }' };
const proxy = (image: string | undefined) => ({
  containers: [
    { name: 'web', image: 'web:1' },
    { name: SIDECAR, ...(image === undefined ? {} : { image }) },
  ],
});

test.each([
  ['Linkerd’s proxy', askingPod({}, { initContainers: [{ name: 'linkerd-proxy', image: 'l5d:1' }] }), 0],
  ['Istio’s proxy with its status', askingPod(ISTIO, proxy('proxyv2:1')), 0],
  [
    'Istio’s proxy, and a status of ours that cannot be read',
    askingPod({ ...ISTIO, 'pillion.io/status': '{}' }, proxy('proxyv2:1')),
    0,
  ],
  ['Istio’s proxy in the place of ours', askingPod({ ...ISTIO, ...OURS }, proxy('proxyv2:1')), 1],
  ['Istio’s status alone', askingPod(ISTIO), 1],
  ['Istio’s status and an override', askingPod(ISTIO, proxy('auto')), 1],
  ['Istio’s status and an override without an image', askingPod(ISTIO, proxy(undefined)), 1],
  ['a proxy of its own', askingPod({}, proxy('proxyv2:1')), 1],
  ['nothing it asked for', podWith(), 0],
])('the final state of a pod with %s', (_, object, refusals) => {
  const messages = messagesOf(BUILT_IN, 'pillion-final-state', { resource: 'pods', object, namespace: SHOP });
  expect(messages).toHaveLength(refusals);
});

test.each([
  ['50m', true],
  ['49m', false],
  ['1', true],
  ['1001m', false],
  ['all', true],
  ['', true],
])('an amount of %j is in bounds or left to decide: %s', (amount, passes) => {
  const key = 'sidecar.istio.io/proxyCPU';
  const policy = policyWith({ spec: { overrides: { allow: [{ key, min: '50m', max: '1' }], others: 'Deny' } } });
  const request = { resource: 'pods', object: askingPod({ [key]: amount }), namespace: SHOP };
  const message = `the annotation ${key} asks for an amount that the policy does not allow. Give at least 50m and at most 1, or`;
  const expected = passes ? [] : [expect.stringContaining(message)];
  expect(messagesOf(policy, 'pillion-overrides', request)).toEqual(expected);
});
