import { expect, test } from '@jest/globals';
import { byHandOfKind, byHandOfSettings, restartNote } from '../../../src/core/rollout/by-hand.ts';

const named = (kind: string) => ({ kind, namespace: 'shop', name: 'web' });
const PODS = ['web-0', 'web-1'];

test.each([
  ['v1', 'Pod', 'belongs to no controller', undefined],
  ['apps/v1', 'ReplicaSet', 'replaces pods only when', 'kubectl -n shop delete pod web-0 web-1'],
  ['v1', 'ReplicationController', 'replaces pods only when', 'kubectl -n shop delete pod web-0 web-1'],
  ['batch/v1', 'Job', 'run to their end', undefined],
  ['batch.volcano.sh/v1alpha1', 'Job', 'as its own operator has it', undefined],
  ['argoproj.io/v1alpha1', 'Rollout', 'by Argo', 'kubectl argo rollouts restart web -n shop'],
  ['apps.kruise.io/v1beta1', 'StatefulSet', 'a StatefulSet of apps.kruise.io/v1beta1', undefined],
])('the pods of a kind %s %s: %s, by %s', (apiVersion, kind, says, next) => {
  const byHand = byHandOfKind({ apiVersion, ...named(kind) }, PODS);
  expect(byHand.next).toBe(next);
  expect(byHand.says).toContain(says);
});

test.each([
  ['Deployment', { paused: true }, 'is paused'],
  ['Deployment', { paused: false, strategy: { type: 'Recreate' } }, undefined],
  ['DaemonSet', { updateStrategy: { type: 'OnDelete' } }, 'replaces pods only when they are deleted'],
  ['StatefulSet', { updateStrategy: { type: 'OnDelete' } }, 'replaces pods only when they are deleted'],
  ['StatefulSet', { updateStrategy: { rollingUpdate: { partition: 1 } } }, 'keeps its pods below 1'],
  ['StatefulSet', { updateStrategy: { rollingUpdate: { partition: 0 } } }, undefined],
  ['StatefulSet', {}, undefined],
])('a %s with %j: %s', (kind, spec, says) => {
  const byHand = byHandOfSettings(named(kind), { spec }, PODS);
  if (says === undefined) expect(byHand).toBeUndefined();
  else expect(byHand?.says).toContain(says);
});

test('whoever restarts a Deployment of strategy Recreate is told that all its pods end', () => {
  expect(restartNote('Deployment', { spec: { strategy: { type: 'Recreate' } } })).toContain('all its pods end');
  expect(restartNote('Deployment', { spec: { strategy: { type: 'RollingUpdate' } } })).toBeUndefined();
});
