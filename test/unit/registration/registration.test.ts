import { expect, test } from '@jest/globals';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import { renderRegistration, type WebhookAddress } from '../../../src/core/registration/registration.ts';
import { matchingHooks } from '../../core-fixtures/matching-hooks.ts';
import { askingPod, MARK, podWith } from '../../core-fixtures/pods.ts';
import { BUILT_IN, policyWith } from '../../core-fixtures/policies.ts';

const SERVICE = { service: { namespace: 'pillion-system', name: 'pillion', port: 443 } };

const configurations = (policy: ActivePolicy, address: WebhookAddress = SERVICE) =>
  renderRegistration(policy, address, 'PEM').flatMap((object) => ('webhooks' in object ? [object] : []));

test('a pod that asked waits for its sidecar, everything else goes on without Pillion', () => {
  const [inject, ...others] = configurations(BUILT_IN);
  expect(inject).toMatchObject({ kind: 'MutatingWebhookConfiguration', metadata: { name: 'zz-pillion-inject' } });
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
  const how = others.map(({ kind, metadata, webhooks }) => [
    kind,
    metadata.name,
    [...new Set(webhooks.map(({ failurePolicy, timeoutSeconds }) => `${failurePolicy} ${timeoutSeconds}`))],
  ]);
  expect(how).toEqual([
    ['ValidatingWebhookConfiguration', 'pillion-warn', ['Ignore 1']],
    ['ValidatingWebhookConfiguration', 'pillion-workloads', ['Ignore 1']],
    ['MutatingWebhookConfiguration', 'zz-pillion-namespaces', ['Ignore 5']],
    ['MutatingWebhookConfiguration', 'zz-pillion-policies', ['Ignore 5']],
    ['ValidatingWebhookConfiguration', 'pillion-services', ['Ignore 1']],
  ]);
});

test('an address by URL keeps host and port and takes the path of each hook', () => {
  const urls = configurations(BUILT_IN, { url: 'https://127.0.0.1:9443' }).map(
    ({ webhooks: [hook] }) => hook?.clientConfig,
  );
  expect(urls).toEqual([
    { url: 'https://127.0.0.1:9443/inject/pod-asked-for-sidecar', caBundle: 'UEVN' },
    { url: 'https://127.0.0.1:9443/warn', caBundle: 'UEVN' },
    { url: 'https://127.0.0.1:9443/workloads', caBundle: 'UEVN' },
    { url: 'https://127.0.0.1:9443/namespaces', caBundle: 'UEVN' },
    { url: 'https://127.0.0.1:9443/policies', caBundle: 'UEVN' },
    { url: 'https://127.0.0.1:9443/services', caBundle: 'UEVN' },
  ]);
});

test('the hooks of each opt-in rule', () => {
  const names = (rule: 'NamespaceAndPod' | 'Istio') =>
    configurations(policyWith({ optIn: { rule } })).map(({ webhooks }) =>
      webhooks.map(({ name }) => name.replace(/\.pillion\.io$/, '')),
    );
  const warn = ['warn', 'revision.warn', 'marked.warn'];
  const workloads = ['workloads', 'revision.workloads', 'marked.workloads'];
  const cronJobs = ['cronjobs.workloads', 'revision.cronjobs.workloads', 'marked.cronjobs.workloads'];
  expect(names('NamespaceAndPod')).toEqual([
    ['inject', 'revision.inject'],
    warn,
    [...workloads, ...cronJobs, 'running-pods.workloads'],
    ['namespaces'],
    ['policies'],
    ['services'],
  ]);
  const withObject = (hooks: readonly string[], added: string) => [...hooks.slice(0, 2), added, ...hooks.slice(2)];
  expect(names('Istio')).toEqual([
    ['inject', 'revision.inject', 'object.inject', 'revision.object.inject'],
    withObject(warn, 'revision.object.warn'),
    [
      ...withObject(workloads, 'revision.object.workloads'),
      ...withObject(cronJobs, 'revision.object.cronjobs.workloads'),
      'running-pods.workloads',
    ],
    ['namespaces'],
    ['policies'],
    ['services'],
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
