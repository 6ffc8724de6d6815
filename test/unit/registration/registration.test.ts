import { expect, test } from '@jest/globals';
import { renderRegistration } from '../../../src/core/registration/registration.ts';
import { matchingHooks } from '../../core-fixtures/matching-hooks.ts';
import { askingPod, MARK, podWith } from '../../core-fixtures/pods.ts';
import { BUILT_IN, policyWith } from '../../core-fixtures/policies.ts';

const SERVICE = { service: { namespace: 'pillion-system', name: 'pillion', port: 443 } };

test('a pod that asked waits for its sidecar, everything else goes on without Pillion', () => {
  const [inject, warn] = renderRegistration(BUILT_IN, SERVICE, 'PEM');
  expect(inject).toMatchObject({ kind: 'MutatingWebhookConfiguration', metadata: { name: 'zz-pillion-inject' } });
  expect(warn).toMatchObject({ kind: 'ValidatingWebhookConfiguration', metadata: { name: 'pillion-warn' } });
  for (const hook of inject?.webhooks ?? [])
    expect(hook).toMatchObject({
      failurePolicy: 'Fail',
      reinvocationPolicy: 'IfNeeded',
      timeoutSeconds: 5,
      matchPolicy: 'Equivalent',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      clientConfig: { service: { ...SERVICE.service, path: '/inject/pod-asked-for-sidecar' }, caBundle: 'UEVN' },
      rules: [
        { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' },
      ],
    });
  for (const hook of warn?.webhooks ?? [])
    expect(hook).toMatchObject({
      failurePolicy: 'Ignore',
      timeoutSeconds: 1,
      clientConfig: { service: { path: '/warn' } },
    });
});

test('an address by URL keeps host and port and takes the path of each hook', () => {
  const urls = renderRegistration(BUILT_IN, { url: 'https://127.0.0.1:9443' }, 'PEM').map(
    ({ webhooks: [hook] }) => hook?.clientConfig,
  );
  expect(urls).toEqual([
    { url: 'https://127.0.0.1:9443/inject/pod-asked-for-sidecar', caBundle: 'UEVN' },
    { url: 'https://127.0.0.1:9443/warn', caBundle: 'UEVN' },
  ]);
});

test('the hooks of each opt-in rule', () => {
  const names = (rule: 'NamespaceAndPod' | 'Istio') =>
    renderRegistration(policyWith({ optIn: { rule } }), SERVICE, 'PEM').map(({ webhooks }) =>
      webhooks.map(({ name }) => name),
    );
  const warn = ['warn.pillion.io', 'revision.warn.pillion.io', 'marked.warn.pillion.io'];
  expect(names('NamespaceAndPod')).toEqual([['inject.pillion.io', 'revision.inject.pillion.io'], warn]);
  expect(names('Istio')).toEqual([
    [
      'inject.pillion.io',
      'revision.inject.pillion.io',
      'object.inject.pillion.io',
      'revision.object.inject.pillion.io',
    ],
    [...warn.slice(0, 2), 'revision.object.warn.pillion.io', ...warn.slice(2)],
  ]);
});

test.each([
  ['says nothing', podWith()],
  ['opts out', podWith({ metadata: { labels: { [MARK]: 'false' }, annotations: { [MARK]: 'true' } } })],
  ['nearly asks', podWith({ metadata: { annotations: { [MARK]: 'True' } } })],
  ['has no metadata but a name', { ...podWith(), metadata: { name: 'web' } }],
  ['uses the host network', askingPod({}, { hostNetwork: true })],
  ['is a mirror', askingPod({ 'kubernetes.io/config.mirror': 'x' })],
  ['runs on Windows', askingPod({}, { os: { name: 'windows' } })],
  ['selects Windows nodes', askingPod({}, { nodeSelector: { 'kubernetes.io/os': 'windows' } })],
])('a pod that %s never depends on Pillion', (_, pod) => {
  const hooks = matchingHooks(BUILT_IN, pod, { name: 'shop', labels: { 'istio-injection': 'enabled' } });
  expect(hooks.MutatingWebhookConfiguration).toEqual([]);
});

test.each([
  ['kube-system', { 'istio-injection': 'enabled' }],
  ['pillion-system', { 'istio-injection': 'enabled' }],
  ['shop', {}],
  ['shop', { 'istio-injection': 'disabled' }],
])('no pod of namespace %s labelled %j depends on Pillion', (name, labels) => {
  expect(matchingHooks(BUILT_IN, askingPod(), { name, labels }).MutatingWebhookConfiguration).toEqual([]);
});

test.each([
  ['Linux', askingPod({}, { os: { name: 'linux' }, nodeSelector: { 'kubernetes.io/os': 'linux' } })],
  ['an explicit no to the host network', askingPod({}, { hostNetwork: false })],
])('a pod that asks, with %s, comes to its hook', (_, pod) => {
  const hooks = matchingHooks(BUILT_IN, pod, { name: 'shop', labels: { 'istio-injection': 'enabled' } });
  expect(hooks.MutatingWebhookConfiguration).toEqual(['inject.pillion.io']);
});
