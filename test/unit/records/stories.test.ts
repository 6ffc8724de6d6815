import { expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../../src/core/api/decision-record.ts';
import { podStories } from '../../../src/core/records/stories.ts';
import { answer, patched, reviewOf } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json, MARK, type PodJson } from '../../core-fixtures/pods.ts';
import { workload, workloadReview } from '../../core-fixtures/workloads.ts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 3, 10, 0, seconds)).toISOString();

type Hook = 'inject' | 'warn' | 'workloads';

/** A review’s answer, and its record as written so many seconds after ten. */
function decided(body: Json, hook: Hook, seconds: number) {
  const admission = answer(body, { hook });
  if (admission.kind !== 'answered' || admission.record === undefined) throw new Error('a review left no record');
  return { admission, record: { ...admission.record, time: at(seconds) } };
}

const template = (image: string) => ({
  templateMetadata: { annotations: { [MARK]: 'true' } },
  podSpec: { containers: [{ name: 'web', image }] },
});
const owned = (kind: string, name: string, uid: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid, controller: true }],
});

const deployment = (image: string, user: string, uid: string, seconds: number): DecisionRecord => {
  const object = workload({ kind: 'Deployment', ...template(image) });
  return decided(
    workloadReview(object, { user, uid, oldObject: uid === 'created' ? null : object }),
    'workloads',
    seconds,
  ).record;
};

const replicaSet = (image: string, name: string, seconds: number): DecisionRecord => {
  const metadata = owned('Deployment', 'web', 'uid-of-web');
  const object = workload({ kind: 'ReplicaSet', name, metadata, ...template(image) });
  const written = {
    ...object,
    spec: { template: { ...((workload({ kind: 'ReplicaSet', ...template(image) }).spec as Json).template as Json) } },
  };
  const user = 'system:serviceaccount:kube-system:deployment-controller';
  return decided(workloadReview(written, { user, uid: name }), 'workloads', seconds).record;
};

/** The two records of one pod: before and after it has a name. */
function pod(ofReplicaSet: string, name: string, seconds: number): DecisionRecord[] {
  const made: PodJson = askingPod();
  const metadata = {
    generateName: 'web-',
    annotations: { [MARK]: 'true' },
    ...owned('ReplicaSet', ofReplicaSet, `uid-of-${ofReplicaSet}`),
  };
  const nameless = { ...made, metadata } as PodJson;
  const inject = decided(reviewOf(nameless, `${name}-first`), 'inject', seconds);
  const final = patched(nameless, inject.admission);
  const seen = { ...final, metadata: { ...final.metadata, name, uid: `uid-of-${name}` } };
  return [inject.record, decided(reviewOf(seen, `${name}-second`), 'warn', seconds).record];
}

test('a pod is joined to its name and uid and, through its ReplicaSet, to whoever applied the Deployment', () => {
  const records = [
    deployment('web:1', 'alice', 'created', 0),
    replicaSet('web:1', 'web-1', 1),
    ...pod('web-1', 'web-1-a', 2),
  ];
  expect(podStories(records)).toMatchObject([
    {
      namespace: 'shop',
      pod: 'web-1-a',
      podUid: 'uid-of-web-1-a',
      decision: { hook: 'inject', verdict: 'inject', reason: 'opted-in' },
      requestedBy: { user: 'alice', operation: 'CREATE', kind: 'Deployment', name: 'web' },
    },
  ]);
});

test('of several changes the one counts that brought the template of the pod, whatever the order of the lines', () => {
  const records = [
    ...pod('web-1', 'web-1-late', 30),
    ...pod('web-2', 'web-2-a', 12),
    replicaSet('web:2', 'web-2', 11),
    deployment('web:2', 'bob', 'changed', 10),
    deployment('web:2', 'carol', 'scaled', 20),
    replicaSet('web:1', 'web-1', 1),
    deployment('web:1', 'alice', 'created', 0),
  ];
  const asked = podStories(records).map(({ pod: name, requestedBy }) => [name, requestedBy?.user]);
  expect(asked).toEqual([
    ['web-2-a', 'bob'],
    ['web-1-late', 'alice'],
  ]);
});

test('a bare pod was asked for by whoever created it', () => {
  const { record } = decided(reviewOf(askingPod()), 'inject', 0);
  const [story] = podStories([{ ...record, user: 'alice' }]);
  expect(story?.requestedBy).toMatchObject({ user: 'alice', kind: 'Pod', name: 'web' });
});

test('a pod whose workload left no record has no known author, and one that was not seen again has no uid', () => {
  const [inject] = pod('web-9', 'web-9-a', 0);
  const [story] = podStories(inject === undefined ? [] : [inject]);
  expect(story?.requestedBy).toBeUndefined();
  expect(story?.podUid).toBeUndefined();
});

test('a mark that was copied onto another pod does not take over the story of the first one', () => {
  const [inject, warn] = pod('web-1', 'web-1-a', 0);
  if (inject === undefined || warn === undefined) throw new Error('a pod has two records');
  const copy = { uid: 'of-the-copy', user: 'mallory', time: at(5) };
  const { controllerUid: _, ...bare } = { ...warn, ...copy, pod: 'copy', podUid: 'uid-of-copy' };
  const completed = { ...inject, ...copy, uid: 'first-of-the-copy', reinvoked: true };
  const later = { ...completed, user: inject.user, uid: 'much-later', time: at(50) };
  const denied: DecisionRecord = { ...completed, verdict: 'deny', reason: 'port-conflict', reinvoked: false };
  for (const records of [
    [bare, inject, warn],
    [later, bare, completed, warn, inject],
    [denied, warn, inject],
  ])
    expect(podStories(records).slice(0, 2)).toMatchObject([
      { pod: 'web-1-a', decision: { hook: 'inject', uid: inject.uid } },
      { decision: { user: 'mallory' } },
    ]);
});

test.each<[string, Partial<DecisionRecord>, string | undefined]>([
  ['a controller of Kubernetes', { user: 'system:kube-controller-manager' }, 'alice Deployment/web'],
  ['somebody who names a ReplicaSet of others as owner', { user: 'mallory' }, 'mallory Pod/web-1-a'],
  [
    'a service account of a tenant, which does the same',
    { user: 'system:serviceaccount:shop:default' },
    'system:serviceaccount:shop:default Pod/web-1-a',
  ],
])('a pod that was made by %s', (_, made, asked) => {
  const pods = pod('web-1', 'web-1-a', 2).map((record) => ({ ...record, ...made }));
  const [story] = podStories([deployment('web:1', 'alice', 'created', 0), replicaSet('web:1', 'web-1', 1), ...pods]);
  const { user, kind, name } = story?.requestedBy ?? {};
  expect(`${user} ${kind}/${name}`).toBe(asked);
});

test('a ReplicaSet of somebody’s own that names a Deployment of others as owner is theirs', () => {
  const forged = { ...replicaSet('web:1', 'web-1', 1), user: 'mallory' };
  const [story] = podStories([deployment('web:1', 'alice', 'created', 0), forged, ...pod('web-1', 'web-1-a', 2)]);
  expect(story?.requestedBy).toMatchObject({ user: 'mallory', kind: 'ReplicaSet', name: 'web-1' });
});

test('whoever changes the template of a ReplicaSet by hand asked for the pods that follow', () => {
  const byHand = { ...replicaSet('web:9', 'web-1', 5), uid: 'by-hand', user: 'mallory', operation: 'UPDATE' };
  const records = [deployment('web:1', 'alice', 'created', 0), replicaSet('web:1', 'web-1', 1), byHand];
  const stories = podStories([...records, ...pod('web-1', 'web-1-a', 2), ...pod('web-1', 'web-1-b', 9)]);
  expect(
    stories.map(({ requestedBy }) => `${requestedBy?.user} ${requestedBy?.operation} ${requestedBy?.kind}`),
  ).toEqual(['alice CREATE Deployment', 'mallory UPDATE ReplicaSet']);
});

test('whoever brings an earlier template back asks for the pods that follow', () => {
  const records = [
    deployment('web:1', 'alice', 'created', 0),
    replicaSet('web:1', 'web-1', 1),
    ...pod('web-1', 'web-1-a', 2),
    deployment('web:2', 'bob', 'changed', 10),
    deployment('web:1', 'carol', 'rolled-back', 20),
    deployment('web:1', 'dave', 'annotated', 25),
    ...pod('web-1', 'web-1-b', 30),
  ];
  const asked = podStories(records).map(({ pod: name, requestedBy }) => [name, requestedBy?.user]);
  expect(asked).toEqual([
    ['web-1-a', 'alice'],
    ['web-1-b', 'carol'],
  ]);
});

test('nobody is named for a template that no record brought', () => {
  const records = [
    deployment('web:1', 'alice', 'created', 0),
    replicaSet('web:2', 'web-2', 11),
    ...pod('web-2', 'web-2-a', 12),
  ];
  expect(podStories(records)[0]?.requestedBy).toBeUndefined();
});

test('of two calls of a pod the first tells why it was injected, and a refusal has the last word', () => {
  const [inject, warn] = pod('web-1', 'web-1-a', 2);
  if (inject === undefined || warn === undefined) throw new Error('a pod has two records');
  const completed: DecisionRecord = { ...inject, uid: 'second', time: at(3), reinvoked: true };
  expect(podStories([completed, warn, inject]).map(({ decision }) => decision.uid)).toEqual([inject.uid]);
  const denied: DecisionRecord = { ...inject, uid: 'second', time: at(3), verdict: 'deny', reason: 'port-conflict' };
  expect(podStories([inject, denied]).map(({ decision }) => decision.verdict)).toEqual(['deny']);
});

test('logs that overlap, replicas whose clocks differ and records in any order tell each pod once', () => {
  const records = [
    deployment('web:1', 'alice', 'created', 0),
    replicaSet('web:1', 'web-1', 1),
    ...pod('web-1', 'web-1-a', 2),
  ];
  const once = podStories(records);
  const [inject, warn] = records.slice(2);
  if (inject === undefined || warn === undefined) throw new Error('a pod has two records');
  expect(podStories([...records, ...structuredClone(records).reverse()])).toEqual(once);
  expect(podStories([...records.slice(0, 2), { ...warn, time: at(1) }, inject])).toEqual(once);
});

test('what was only tried is no story', () => {
  const [inject, warn] = pod('web-1', 'web-1-a', 0);
  const tried = [inject, warn].flatMap((record) => (record === undefined ? [] : [{ ...record, dryRun: true }]));
  expect(podStories(tried)).toEqual([]);
});
