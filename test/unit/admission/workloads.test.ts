import { expect, test } from '@jest/globals';
import { answer, type Circumstances } from '../../core-fixtures/admissions.ts';
import { type Json, MARK, podWith } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';
import { type WorkloadShape, workload, workloadReview } from '../../core-fixtures/workloads.ts';

const asks = { annotations: { [MARK]: 'true' } };
const ofSidecarUser = { containers: [{ name: 'web', image: 'web', securityContext: { runAsUser: 1337 } }] };

/** What the door says to a review; every review of these tests is answered. */
function told(body: Json, circumstances: Circumstances = {}) {
  const admission = answer(body, { ...circumstances, hook: 'workloads' });
  if (admission.kind !== 'answered') throw new Error('a review of a test was not answered');
  const { allowed, patch, warnings = [] } = admission.review.response;
  return { allowed, patch, warnings, record: admission.record };
}

const applied = (shape: WorkloadShape, circumstances?: Circumstances) =>
  told(workloadReview(workload(shape)), circumstances);

test.each<[string, WorkloadShape, Circumstances, string, string]>([
  [
    'a template that asks',
    { kind: 'Deployment', templateMetadata: asks },
    {},
    'inject opted-in',
    'deployment/web will get a sidecar, because it asks for a sidecar',
  ],
  [
    'a silent template',
    { kind: 'DaemonSet' },
    {},
    'skip not-opted-in',
    'daemonset/web will get no sidecar, because it does not ask for a sidecar. Mark the pod template to opt in; by default with the annotation sidecar.istio.io/inject: "true".',
  ],
  [
    'a template that opts out',
    { kind: 'StatefulSet', templateMetadata: { labels: { [MARK]: 'false' } } },
    {},
    'skip opted-out',
    'statefulset/web will get no sidecar, because it asks to stay without a sidecar. Set its mark to "true" to opt in.',
  ],
  [
    'a template that asks in a closed namespace',
    { kind: 'ReplicaSet', templateMetadata: asks },
    { namespaceLabels: {} },
    'skip namespace-not-enabled',
    'replicaset/web will get no sidecar, because its namespace has not opted in',
  ],
  [
    'a template of which every pod would be refused',
    { kind: 'Job', templateMetadata: asks, podSpec: ofSidecarUser },
    {},
    'deny uid-conflict',
    'the pods of job/web would be refused (uid-conflict): one of its containers runs as the user of the sidecar, so its traffic would pass by the sidecar',
  ],
  [
    'a CronJob, whose template stands deeper',
    { kind: 'CronJob', templateMetadata: asks },
    {},
    'inject opted-in',
    'cronjob/web will get a sidecar, because it asks for a sidecar',
  ],
  [
    'a ReplicationController',
    { kind: 'ReplicationController', templateMetadata: asks },
    {},
    'inject opted-in',
    'replicationcontroller/web will get a sidecar, because it asks for a sidecar',
  ],
])('whoever applies %s is told at once', (_, shape, circumstances, decision, warning) => {
  const { allowed, patch, warnings, record } = applied(shape, circumstances);
  expect([allowed, patch]).toEqual([true, undefined]);
  expect(`${record?.verdict} ${record?.reason}`).toBe(decision);
  expect(warnings[0]).toBe(`pillion: ${warning}`.slice(0, 256));
});

test('what is wrong is named with its place in the workload', () => {
  const { warnings, record } = applied({ kind: 'Deployment', templateMetadata: asks, podSpec: ofSidecarUser });
  expect(record?.problems).toEqual([
    { path: '/spec/template/spec/containers/0/securityContext/runAsUser', message: expect.any(String) },
  ]);
  expect(warnings.slice(1)).toEqual([
    'pillion: /spec/template/spec/containers/0/securityContext/runAsUser: the container web runs as user 1337',
    'pillion: Give the container another runAsUser than 1337.',
  ]);
});

test('a mark on the workload itself is pointed at', () => {
  const { warnings, record } = applied({ kind: 'CronJob', metadata: { labels: { [MARK]: 'true' } } });
  expect(record?.hints.map(({ code }) => code)).toEqual(['marker-on-workload']);
  expect(warnings.at(-1)).toBe(
    'pillion: sidecar.istio.io/inject stands on the CronJob itself; move it to spec.jobTemplate.spec.template.metadata.labels',
  );
});

test('a mark that the API server copied from the template to a Job is no mistake', () => {
  const labels = { [MARK]: 'true' };
  const { record } = applied({ kind: 'Job', metadata: { labels }, templateMetadata: { labels } });
  expect(record?.hints).toEqual([]);
});

test('where something was nearly right, that is the advice', () => {
  const { warnings } = applied({ kind: 'Deployment', templateMetadata: { annotations: { [MARK]: 'True' } } });
  expect(warnings).toEqual([
    'pillion: deployment/web will get no sidecar, because it does not ask for a sidecar',
    'pillion: sidecar.istio.io/inject of the pod is "True"; did you mean "true"?',
  ]);
});

test.each<[string, string[]]>([
  ['system:serviceaccount:kube-system:deployment-controller', []],
  // such as kubectl create job --from=cronjob/report, which writes the owner itself
  ['alice', ['pillion: replicaset/web will get a sidecar, because it asks for a sidecar']],
])('what %s makes for another workload is recorded with its owner, and told to a person only', (user, expected) => {
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd-1', controller: true }];
  const object = workload({ kind: 'ReplicaSet', templateMetadata: asks, metadata: { ownerReferences } });
  const { warnings, record } = told(workloadReview(object, { user }));
  expect(warnings).toEqual(expected);
  expect(record).toMatchObject({ controllerUid: 'd-1', workload: { kind: 'ReplicaSet', uid: 'uid-of-web' } });
});

test('the digest of a template is the same for a Deployment and its ReplicaSet, and for a CronJob and its Job', () => {
  const digestOf = (shape: WorkloadShape) => applied(shape).record?.workload?.template;
  const written = { 'pod-template-hash': '7d9', 'controller-uid': 'u', 'batch.kubernetes.io/job-name': 'web' };
  const bare = digestOf({ kind: 'Deployment', templateMetadata: asks });
  expect(digestOf({ kind: 'ReplicaSet', templateMetadata: { ...asks, labels: written } })).toBe(bare);
  expect(digestOf({ kind: 'CronJob', templateMetadata: asks })).toBe(bare);
  expect(digestOf({ kind: 'Deployment', templateMetadata: { labels: { more: '1' }, ...asks } })).not.toBe(bare);
});

test('the mark of a running pod has no effect, and whoever sets it hears that', () => {
  const pod = podWith({ metadata: { uid: 'pod-1' } });
  const marked = { ...pod, metadata: { ...pod.metadata, ...asks } };
  const { allowed, warnings, record } = told(workloadReview(marked, { oldObject: pod }));
  expect(allowed).toBe(true);
  expect(record).toMatchObject({ reason: 'not-a-pod-creation', podUid: 'pod-1', user: 'alice' });
  expect(warnings).toEqual([
    'pillion: sidecar.istio.io/inject of a running pod has no effect, it counts when a pod is created; set it on the pod template of the workload',
  ]);
});

test.each<[string, Json]>([
  ['no template', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: {} }],
  ['another kind', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } }],
  ['a template that is a text', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: {}, spec: { template: 'web' } }],
])('an object with %s passes without a word', (_, object) => {
  expect(told(workloadReview(object))).toMatchObject({ allowed: true, warnings: [] });
});

test('a template that is no pod is told, never refused: the API server does that', () => {
  const { allowed, record } = applied({ kind: 'Deployment', podSpec: { containers: [] } });
  expect(allowed).toBe(true);
  expect(record).toMatchObject({ verdict: 'deny', reason: 'rendered-pod-invalid', workload: { name: 'web' } });
  expect(record).not.toHaveProperty('pod');
  expect(record?.problems[0]?.path).toBe('/spec/template/spec/containers');
});

test('a namespace that is not known is an error of ours, and the workload passes', () => {
  const body = workloadReview(workload({ kind: 'Deployment' }));
  const { allowed, warnings } = told({ ...body, request: { ...(body.request as Json), namespace: 'elsewhere' } });
  expect(allowed).toBe(true);
  expect(warnings[0]).toContain('namespace-unknown');
});

test.each([
  ['Deny', 'deny override-forbidden', true],
  ['Warn', 'inject opted-in', true],
  ['Audit', 'inject opted-in', false],
] as const)('a setting that the policy does not list, with others: %s', (others, decision, aloud) => {
  const policy = policyWith({ spec: { overrides: { allow: [{ key: 'sidecar.istio.io/logLevel' }], others } } });
  const annotations = { [MARK]: 'true', 'sidecar.istio.io/proxyCPU': '500m' };
  const { warnings, record } = applied({ kind: 'Deployment', templateMetadata: { annotations } }, { policy });
  expect(`${record?.verdict} ${record?.reason}`).toBe(decision);
  const text = 'sidecar.istio.io/proxyCPU is not among the settings that the policy allows (sidecar.istio.io/logLevel)';
  expect(warnings.some((warning) => warning.includes(text))).toBe(aloud);
  expect(JSON.stringify([record?.hints, record?.problems])).toContain(text);
});

test('a restart changes nothing about the digest of a template, and whatever somebody asks for does', () => {
  const digestOf = (annotations: Record<string, string>) =>
    applied({ kind: 'Deployment', templateMetadata: { annotations } }).record?.workload?.template;
  const asked = digestOf(asks.annotations);
  const restarted = { 'kubectl.kubernetes.io/restartedAt': '2026-11-26T09:00:00Z', 'pillion.io/restart': '{}' };
  expect(digestOf({ ...asks.annotations, ...restarted })).toBe(asked);
  expect(digestOf({ ...asks.annotations, note: 'another' })).not.toBe(asked);
});
