import { expect, test } from '@jest/globals';
import { answer, operationsOf, patched, reviewOf } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json, MARK } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const request = reviewOf(askingPod()).request as Json;
const withRequest = (changes: Json): Json => ({ ...reviewOf(askingPod()), request: { ...request, ...changes } });

test.each<[string, unknown, string]>([
  ['null', null, ''],
  ['a number', 7, ''],
  ['a list', [reviewOf(askingPod())], ''],
  ['an empty object', {}, ''],
  ['another kind', { ...reviewOf(askingPod()), kind: 'ConversionReview' }, '/kind'],
  ['no request', { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }, ''],
  ['a request that is null', { ...reviewOf(askingPod()), request: null }, '/request'],
  ['no uid', withRequest({ uid: undefined }), '/request'],
  ['an empty uid', withRequest({ uid: '' }), '/request/uid'],
  ['a uid that is no text', withRequest({ uid: 7 }), '/request/uid'],
  [
    'a uid that is inherited only',
    { ...reviewOf(askingPod()), request: JSON.parse('{"__proto__":{"uid":"x"}}') },
    '/request',
  ],
])('%s cannot be answered, and it is said why', (_, body, path) => {
  const admission = answer(JSON.parse(JSON.stringify(body)));
  expect(admission).toMatchObject({
    kind: 'unanswerable',
    problems: expect.arrayContaining([expect.objectContaining({ path })]),
  });
});

test.each<[string, unknown, string, number | undefined]>([
  [
    'the version v1beta1',
    { ...reviewOf(askingPod()), apiVersion: 'admission.k8s.io/v1beta1' },
    'review-unsupported',
    500,
  ],
  ['no resource', withRequest({ resource: undefined }), 'review-unsupported', 500],
  ['an operation that is no text', withRequest({ operation: 1 }), 'review-unsupported', 500],
  [
    'another resource',
    withRequest({ resource: { group: 'apps', version: 'v1', resource: 'deployments' } }),
    'not-a-pod-creation',
    undefined,
  ],
  [
    'pods of another group',
    withRequest({ resource: { group: 'metrics.k8s.io', version: 'v1', resource: 'pods' } }),
    'not-a-pod-creation',
    undefined,
  ],
  ['a subresource', withRequest({ subResource: 'eviction' }), 'not-a-pod-creation', undefined],
  ['an update', withRequest({ operation: 'UPDATE' }), 'not-a-pod-creation', undefined],
  [
    'a deletion, which has no object',
    withRequest({ operation: 'DELETE', object: null }),
    'not-a-pod-creation',
    undefined,
  ],
  ['another namespace', withRequest({ namespace: 'elsewhere' }), 'namespace-unknown', 500],
  ['no object', withRequest({ object: null }), 'rendered-pod-invalid', 403],
])('%s is answered: %s', (...row) => {
  const [, body, reason, code] = row;
  const admission = answer(JSON.parse(JSON.stringify(body)));
  if (admission.kind !== 'answered') throw new Error('not answered');
  const { uid, allowed, status, patch } = admission.review.response;
  expect([admission.reason, uid, allowed, status?.code, patch]).toEqual([
    reason,
    'first',
    code === undefined,
    code,
    undefined,
  ]);
  expect(admission.record?.reason).toBe(reason);
});

test.each<[string, Json, string]>([
  ['no containers', { spec: { containers: [] } }, '/spec/containers'],
  ['containers that are null', { spec: { containers: null } }, '/spec/containers'],
  ['containers that are an object', { spec: { containers: { name: 'web' } } }, '/spec/containers'],
  ['a container that is text', { spec: { containers: ['web'] } }, '/spec/containers/0'],
  ['a container without a name', { spec: { containers: [{ image: 'web' }] } }, '/spec/containers/0'],
  [
    'a port that is text',
    { spec: { containers: [{ name: 'web', ports: [{ containerPort: '80' }] }] } },
    '/spec/containers/0/ports/0/containerPort',
  ],
  ['a label that is a number', { metadata: { labels: { app: 1 } } }, '/metadata/labels/app'],
  ['annotations that are a list', { metadata: { annotations: [] } }, '/metadata/annotations'],
  ['no metadata', { metadata: undefined }, ''],
])('a pod with %s is refused with the place', (_, changes, path) => {
  const admission = answer(reviewOf(JSON.parse(JSON.stringify({ ...askingPod(), ...changes }))));
  if (admission.kind !== 'answered') throw new Error('not answered');
  expect([admission.reason, admission.review.response.allowed]).toEqual(['rendered-pod-invalid', false]);
  expect(admission.record?.problems.map((problem) => problem.path)).toContain(path);
});

test('null stands for absent wherever Go writes it', () => {
  const nulls = { labels: null, ownerReferences: null, creationTimestamp: null };
  const pod = {
    ...askingPod(),
    metadata: { annotations: { [MARK]: 'true' }, ...nulls },
    spec: {
      containers: [
        { name: 'web', image: null, ports: null, volumeMounts: null, securityContext: null, resources: null },
      ],
      initContainers: null,
      volumes: null,
      hostNetwork: null,
      nodeSelector: null,
      securityContext: null,
    },
  };
  expect(answer(reviewOf(pod))).toMatchObject({ kind: 'answered', reason: 'opted-in' });
});

test('keys that plain objects inherit are keys like any other', () => {
  const odd = '{"__proto__":"a","constructor":"b","toString":"c","hasOwnProperty":"d"}';
  const pod = askingPod();
  const body = JSON.stringify(reviewOf(pod)).replace(
    '"annotations":{',
    `"labels":${odd},"annotations":{${odd.slice(1, -1)},`,
  );
  const sent = JSON.parse(body).request.object;
  const admission = answer(JSON.parse(body));
  if (admission.kind !== 'answered') throw new Error('not answered');
  expect(admission.reason).toBe('opted-in');
  const { labels, annotations } = patched(sent, admission).metadata;
  expect(Object.entries(labels ?? {})).toEqual(Object.entries(JSON.parse(odd)));
  expect(Object.entries(annotations ?? {})).toEqual(expect.arrayContaining(Object.entries(JSON.parse(odd))));
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  expect(operationsOf(admission.review).length).toBeGreaterThan(0);
});

test('an inherited name is nobody’s label: a policy that asks for it finds nothing', () => {
  const policy = policyWith({
    optIn: { podKey: 'constructor', namespaceLabel: { key: 'toString', enabled: 'a', disabled: 'b' } },
  });
  expect(answer(reviewOf(askingPod()), { policy })).toMatchObject({ reason: 'namespace-not-enabled' });
});

test.each([
  ['Refuse', 'inject', false],
  ['Refuse', 'warn', true],
  ['Admit', 'inject', true],
  ['Admit', 'warn', true],
] as const)('a failure of Pillion’s own under onError %s at %s: allowed %s', (onError, hook, allowed) => {
  const admission = answer(withRequest({ namespace: 'elsewhere' }), {
    policy: policyWith({ spec: { onError, finalState: 'Warn' } }),
    hook,
  });
  if (admission.kind !== 'answered') throw new Error('not answered');
  const { response } = admission.review;
  expect([admission.verdict, response.allowed]).toEqual(['error', allowed]);
  expect(allowed ? response.warnings?.[0] : response.status?.message).toContain(
    'namespace-unknown: its namespace could not be read',
  );
});
