import { expect, test } from '@jest/globals';
import jsonPatch from 'fast-json-patch';
import { admitted, ENABLED, operationsOf, patched, reviewOf } from '../../core-fixtures/admissions.ts';
import { askingPod, podWith } from '../../core-fixtures/pods.ts';
import { pillion } from './command-line.ts';

const FLAGS = ['--namespace-label', 'shop:istio-injection=enabled'];
const admit = (body: unknown, ...flags: string[]) =>
  pillion(['admit', '-f', 'review.json', ...FLAGS, ...flags], { files: { 'review.json': JSON.stringify(body) } });

test('the answer of the webhook on stdout, the record on stderr, one line each', async () => {
  const { exit, stdout, stderr } = await admit(reviewOf(askingPod()), '--hook', 'inject');
  expect([exit, stdout.split('\n').length, stderr.split('\n').length]).toEqual([0, 2, 2]);
  const { review, record } = admitted(askingPod(), { namespaceLabels: ENABLED });
  expect([JSON.parse(stdout), JSON.parse(stderr)]).toEqual([review, record]);
  const { newDocument } = jsonPatch.applyPatch(askingPod(), operationsOf(JSON.parse(stdout)));
  expect(newDocument.metadata.annotations).toHaveProperty(['pillion.io/status']);
});

test('without --hook it is the answer of inject with the warnings of warn', async () => {
  const pod = askingPod({}, { hostNetwork: true });
  const union = JSON.parse((await admit(reviewOf(pod))).stdout).response;
  const inject = JSON.parse((await admit(reviewOf(pod), '--hook', 'inject')).stdout).response;
  const warn = JSON.parse((await admit(reviewOf(pod), '--hook', 'warn')).stdout).response;
  expect(inject).not.toHaveProperty('warnings');
  expect(warn.warnings).toHaveLength(1);
  expect(union).toEqual({ ...inject, warnings: warn.warnings });
});

test('warn is asked about the pod as inject leaves it, as an API server asks', async () => {
  const { response } = JSON.parse((await admit(reviewOf(askingPod()))).stdout);
  expect(response.warnings).toEqual(['pillion: pod/web gets a sidecar, because it asks for a sidecar']);
});

test('the hook of the record is the one that was asked', async () => {
  const hooks = await Promise.all(['inject', 'warn'].map((hook) => admit(reviewOf(podWith()), '--hook', hook)));
  expect(hooks.map(({ stderr }) => JSON.parse(stderr).hook)).toEqual(['inject', 'warn']);
});

test('the second call for a pod is answered; its record is the one of warn, or none where inject alone is asked', async () => {
  const pod = patched(askingPod(), admitted(askingPod()));
  const both = await admit(reviewOf(pod, 'second'));
  expect([both.exit, JSON.parse(both.stderr)]).toMatchObject([0, { hook: 'warn', reason: 'already-injected' }]);
  expect(await admit(reviewOf(pod, 'second'), '--hook', 'inject')).toMatchObject({ exit: 0, stderr: '' });
});

test.each([
  ['services', '', 'services', { metadata: { name: 'web' }, spec: {} }],
  ['namespaces', '', 'namespaces', { metadata: { name: 'web' } }],
  ['deployments', 'apps', 'workloads', { metadata: { name: 'web' } }],
  ['injectionpolicies', 'pillion.io', 'policies', { metadata: { name: 'web' } }],
])('without --hook a review of %s is asked of the hook for them', async (resource, group, hook, object) => {
  const request = { uid: 'first', operation: 'CREATE', resource: { group, version: 'v1', resource }, object };
  const { stderr } = await admit({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
  expect(JSON.parse(stderr).hook).toBe(hook);
});

test.each([
  ['a refusal', reviewOf(askingPod({}, { securityContext: { runAsUser: 1337 } })), 0],
  ['an unsupported version', { ...reviewOf(podWith()), apiVersion: 'admission.k8s.io/v1beta1' }, 0],
  ['no request', { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }, 2],
  ['another kind', { ...reviewOf(podWith()), kind: 'Pod' }, 2],
  ['a list', [], 2],
  ['nothing', null, 2],
])('exit code for %s', async (_, body, code) => {
  const { exit, stdout, stderr } = await admit(body);
  expect(exit).toBe(code);
  expect(stdout === '').toBe(code === 2);
  if (code === 2) expect(stderr).toMatch(/^PIL002: a document is refused\n {2}review\.json/);
});

test('a namespace of which nothing is said has no labels', async () => {
  const files = { 'review.json': JSON.stringify(reviewOf(askingPod())) };
  const { stderr } = await pillion(['admit', '-f', 'review.json'], { files });
  expect(JSON.parse(stderr).reason).toBe('namespace-not-enabled');
});

test('- is stdin, and YAML is as good as JSON', async () => {
  const stdin = `apiVersion: admission.k8s.io/v1
kind: AdmissionReview
request:
  uid: first
  operation: CREATE
  resource: {group: "", version: v1, resource: pods}
  namespace: shop
  object: {metadata: {name: web}, spec: {containers: [{name: web}]}}
`;
  const { exit, stdout } = await pillion(['admit', '-f', '-', ...FLAGS], { stdin });
  expect([exit, JSON.parse(stdout).response]).toMatchObject([0, { uid: 'first', allowed: true }]);
});
