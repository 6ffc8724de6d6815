import { expect, test } from '@jest/globals';
import { auditAnnotationsOf } from '../../../src/core/admission/respond.ts';
import type { DecisionRecord } from '../../../src/core/api/decision-record.ts';
import { auditEventOf } from '../../../src/core/records/audit-event.ts';
import { auditedRecords } from '../../../src/core/records/audited-record.ts';
import { podStories } from '../../../src/core/records/stories.ts';
import { type Answered, admitted, answer } from '../../core-fixtures/admissions.ts';
import { auditEvent } from '../../core-fixtures/audit-events.ts';
import { askingPod, ownedBy, podWith } from '../../core-fixtures/pods.ts';
import { workload, workloadReview } from '../../core-fixtures/workloads.ts';

const recordsOf = (event: Record<string, unknown>) => auditedRecords(auditEventOf(event));
const only = (event: Record<string, unknown>): DecisionRecord => {
  const [one, ...others] = recordsOf(event);
  if (one === undefined || !('record' in one) || others.length > 0) throw new Error(JSON.stringify([one, ...others]));
  return one.record;
};
const asking = ownedBy('StatefulSet', 'db', askingPod({ 'sidecar.istio.io/proxyCPU': '1' }));
const hinted = podWith({ metadata: { annotations: { 'sidecar.istio.io/inject': 'True' }, labels: { app: 'x' } } });

test.each([
  ['inject', asking],
  ['warn', hinted],
  ['inject', askingPod({ 'sidecar.istio.io/logLevel': 'loud' })],
] as const)('hook %s: a record is told again but for what an event does not have', (hook, pod) => {
  const answered = admitted(pod, { hook });
  const told = only(auditEvent({ answers: { [hook]: answered } as never, level: 'Request', object: pod as never }));
  const { patch: _, ...written } = answered.record as DecisionRecord;
  expect(told).toEqual({
    ...written,
    uid: '',
    caller: 'ApiServer',
    problems: [],
    hints: written.hints.map(({ code }) => ({ code, message: expect.any(String) })),
  });
  const { patch: __, ...annotations } = answered.review.response.auditAnnotations ?? {};
  expect(auditAnnotationsOf(told)).toEqual(annotations);
});

test('at level Metadata the owner lacks its apiVersion', () => {
  const told = only(auditEvent({ answers: { inject: admitted(asking) } }));
  expect(told.owner).toEqual({ apiVersion: '', kind: 'StatefulSet', name: 'db' });
});

test('one event of several hooks is a record of each, and of a hook under whatever name it is registered', () => {
  const [inject, warn] = [admitted(asking), admitted(asking, { hook: 'warn' })];
  const event = auditEvent({ answers: { inject, warn } });
  expect(recordsOf(event).map(({ hook }) => hook)).toEqual(['inject', 'warn']);
  const annotations = Object.entries(event.annotations as Record<string, string>).map(([key, value]) => [
    key.replace(/^warn/, 'running-pods.workloads').replace(/^inject/, 'revision.inject'),
    value,
  ]);
  const renamed = { ...event, annotations: Object.fromEntries(annotations) };
  expect(recordsOf(renamed).map(({ hook }) => hook)).toEqual(['inject', 'workloads']);
});

const made = (object: Record<string, unknown>, user: string, uid: string): Answered => {
  const answered = answer(workloadReview(object, { user, uid }), { hook: 'workloads' });
  if (answered.kind !== 'answered') throw new Error('a review of a test was not answered');
  return answered;
};

test('a workload joins its pods to whoever applied it, at level Metadata', () => {
  const user = 'system:serviceaccount:kube-system:job-controller';
  const job = workload({ kind: 'Job', name: 'report' });
  const pod = podWith({
    metadata: {
      name: 'report-x',
      ownerReferences: [
        { apiVersion: 'batch/v1', kind: 'Job', name: 'report', uid: 'uid-of-report', controller: true },
      ],
    },
  });
  const applied = auditEvent({
    answers: { workloads: made(job, 'alice', 'applied') },
    objectRef: { resource: 'jobs', apiGroup: 'batch', apiVersion: 'v1', name: 'report' },
    more: { user: { username: 'robot' }, impersonatedUser: { username: 'alice' } },
  });
  expect(only(applied).workload).toEqual(made(job, 'alice', 'applied').record?.workload);
  const created = auditEvent({
    answers: { warn: admitted(pod, { hook: 'warn' }) },
    more: { user: { username: user } },
  });
  const [story] = podStories([only(applied), only(created)]);
  expect(story?.requestedBy).toMatchObject({ user: 'alice', operation: 'CREATE', kind: 'Job', name: 'report' });
});

test('what was cut is named and left empty', () => {
  const long = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`sidecar.istio.io/k${n}`, 'x'.repeat(500)]));
  const answered = admitted(askingPod(long));
  const event = auditEvent({ answers: { inject: answered } });
  const annotations = { ...(event.annotations as object), 'inject.pillion.io/inputs': '{"namespaceLabels":{...' };
  expect(recordsOf({ ...event, annotations })).toMatchObject([
    { cut: ['inputs'], record: { inputs: { podLabels: {} } } },
  ]);
});

test.each([
  ['a trial', { requestURI: '/api/v1/namespaces/shop/pods?dryRun=All&x=1' }, { dryRun: true }],
  ['no trial', { requestURI: '/api/v1/namespaces/shop/pods?dryRun=' }, { dryRun: false }],
  ['an apply that makes the object', { verb: 'patch', responseStatus: { code: 201 } }, { operation: 'CREATE' }],
  ['an apply that changes it', { verb: 'patch', responseStatus: { code: 200 } }, { operation: 'UPDATE' }],
  ['somebody who acts as another', { impersonatedUser: { username: 'bob' } }, { user: 'bob' }],
  [
    'a time of microseconds',
    { requestReceivedTimestamp: '2026-11-03T10:00:01.987654Z' },
    { time: '2026-11-03T10:00:01.987Z' },
  ],
  ['no time of reception', { requestReceivedTimestamp: undefined }, { time: '2026-11-03T10:00:00.012Z' }],
])('%s', (_, more, expected) => {
  expect(only(auditEvent({ answers: { inject: admitted(asking) }, more }))).toMatchObject(expected);
});

test('an event before the answer, and one that no hook was called for, tell no record', () => {
  const answers = { inject: admitted(asking) };
  expect(recordsOf(auditEvent({ answers, more: { stage: 'RequestReceived' } }))).toEqual([]);
  expect(recordsOf(auditEvent({ answers: {} }))).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['a reason of a newer version', { 'inject.pillion.io/reason': 'brand-new' }, '/reason'],
  ['no verdict', { 'inject.pillion.io/verdict': undefined }, ''],
])('%s is a problem of its record only', (_, changed, path) => {
  const event = auditEvent({ answers: { inject: admitted(asking), warn: admitted(asking, { hook: 'warn' }) } });
  const [inject, warn] = recordsOf({ ...event, annotations: { ...(event.annotations as object), ...changed } });
  expect(inject).toMatchObject({ hook: 'inject', problem: { path } });
  expect(warn).toMatchObject({ hook: 'warn', record: { verdict: 'skip' } });
});

test('a value of any shape is no reason to fail', () => {
  for (const value of [
    {},
    { stage: 'ResponseComplete', annotations: [1], objectRef: null, user: 7, responseStatus: 'x' },
  ])
    expect(recordsOf(value)).toEqual([]);
});
