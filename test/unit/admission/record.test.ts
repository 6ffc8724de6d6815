import { expect, test } from '@jest/globals';
import { admitted, answer, operationsOf, recorded, reviewOf } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json, MARK, ownedBy, podWith } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

test('a record holds the labels and annotations that were read, and nothing else of the pod', () => {
  const pod = podWith({
    metadata: {
      labels: { app: 'web', tier: 'edge', password: 'hunter2' },
      annotations: { [MARK]: 'true', 'sidecar.istio.io/logLevel': 'debug', note: 'hunter2' },
    },
    spec: { containers: [{ name: 'web', image: 'web', env: [{ name: 'PASSWORD', value: 'hunter2' }] }] },
  });
  const policy = policyWith({ spec: { neverInject: [{ matchLabels: { tier: 'cache' } }] } });
  const namespaceLabels = { 'istio-injection': 'enabled', team: 'hunter2' };
  const { record, review } = admitted(pod, { policy, namespaceLabels });
  expect(record?.inputs).toEqual({
    namespaceLabels: { 'istio-injection': 'enabled' },
    podLabels: { tier: 'edge' },
    podAnnotations: { [MARK]: 'true', 'sidecar.istio.io/logLevel': 'debug' },
    keys: { mark: MARK, namespaceLabels: ['istio-injection'], podLabels: ['tier'] },
  });
  expect(JSON.stringify([record, review.response.auditAnnotations])).not.toContain('hunter2');
});

test('the audit annotations tell the decision with its inputs', () => {
  const { record, review } = admitted(ownedBy('StatefulSet', 'db', askingPod()));
  expect(review.response.auditAnnotations).toEqual({
    record: record?.recordId,
    verdict: 'inject',
    reason: 'opted-in',
    rule: '/spec/optIn/podKey',
    owner: 'StatefulSet/db',
    controllerUid: '1',
    pod: 'web',
    policy: `default@${record?.policy.revision}`,
    profile: 'envoy',
    checked: JSON.stringify(record?.checked),
    patch: record?.patch?.digest,
    inputs: JSON.stringify(record?.inputs),
  });
});

test('the patch is described by its size, and the id of the record is on the pod', () => {
  const { record, review } = admitted(askingPod());
  const operations = operationsOf(review);
  const text = Buffer.from(review.response.patch ?? '', 'base64');
  expect(record?.patch).toMatchObject({ bytes: text.length, operations: operations.length });
  const status = operations.find(({ path }) => path.endsWith('pillion.io~1status')) as { value: string } | undefined;
  expect(JSON.parse(status?.value ?? '{}')).toMatchObject({
    recordId: record?.recordId,
    policy: 'default',
    profile: 'envoy',
  });
});

test.each<[string, Json, unknown]>([
  ['a Deployment', { kind: 'ReplicaSet', name: 'web-7d9' }, { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }],
  [
    'a ReplicaSet of its own',
    { kind: 'ReplicaSet', name: 'web' },
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web' },
  ],
  ['a CronJob', { kind: 'Job', name: 'night-29012345' }, { apiVersion: 'batch/v1', kind: 'CronJob', name: 'night' }],
  ['a Job', { kind: 'Job', name: 'import-2026' }, { apiVersion: 'apps/v1', kind: 'Job', name: 'import-2026' }],
  ['nobody, for an owner that does not control it', { kind: 'Node', name: 'n', controller: false }, undefined],
])('the owner that is told is %s', (_, reference, owner) => {
  const ownerReferences = [{ apiVersion: 'apps/v1', uid: '1', controller: true, ...reference }];
  const pod = podWith({ metadata: { labels: { 'pod-template-hash': '7d9' }, ownerReferences } });
  expect(recorded(pod).owner).toEqual(owner);
});

test('whom the pod belongs to is told by the labels that the policy names', () => {
  const pod = podWith({ metadata: { labels: { 'pillion.io/squad': 'checkout' } } });
  const namespaceLabels = { 'istio-injection': 'enabled', 'pillion.io/tribe': 'retail' };
  expect(recorded(pod, { namespaceLabels })).toMatchObject({ tribe: 'retail', squad: 'checkout' });
  expect(recorded(podWith())).not.toHaveProperty('tribe');
});

test('who asked, for what, and whether it was a trial', () => {
  const body = reviewOf(podWith({ metadata: { name: null, generateName: 'web-' } }));
  const changes = { dryRun: true, userInfo: { username: 'jane' }, name: 'named' };
  const admission = answer({ ...body, request: { ...(body.request as Json), ...changes } });
  expect(admission).toMatchObject({
    record: { dryRun: true, user: 'jane', operation: 'CREATE', namespace: 'shop', pod: 'named', generateName: 'web-' },
  });
});

test('a status that nobody of us wrote keeps nothing out of the records', () => {
  const forged = { 'pillion.io/status': '{"recordId":"0123456789abcdef"}' };
  const silent = podWith({ metadata: { annotations: forged } });
  expect(admitted(silent).record).toMatchObject({ verdict: 'skip', reason: 'not-opted-in' });
  expect(admitted(askingPod(forged)).record).toMatchObject({ verdict: 'inject', reinvoked: true });
});

test('a pod with names of megabytes leaves a record of the usual size', () => {
  const long = 'x'.repeat(1_000_000);
  const owner = { apiVersion: long, kind: long, name: long, uid: long, controller: true };
  const metadata = { name: long, generateName: long, uid: long, ownerReferences: [owner] };
  const pod = podWith({ metadata: { ...metadata, labels: { 'pillion.io/squad': long, [MARK]: long } } });
  const record = recorded(pod);
  expect(JSON.stringify(record).length).toBeLessThan(10_000);
  expect(record).toMatchObject({ pod: 'x'.repeat(512), owner: { kind: 'x'.repeat(512) }, squad: 'x'.repeat(512) });
});

test.each(['inject', 'warn', 'workloads'] as const)('what the hook %s says is one line without escapes', (hook) => {
  const body = reviewOf(askingPod());
  const namespace = 'else\u001b[2J\nwhere\u202e';
  const admission = answer({ ...body, request: { ...(body.request as Json), namespace } }, { hook });
  if (admission.kind !== 'answered') throw new Error('a review of a test was not answered');
  const { status, warnings = [] } = admission.review.response;
  expect([status?.message, ...warnings].join('')).toContain('else\\u001b[2J\\u000awhere\\u202e');
});
