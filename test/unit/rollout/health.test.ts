import { expect, test } from '@jest/globals';
import { type RollingKind, rolloutHealth, stuckPod } from '../../../src/core/rollout/health.ts';

const workload = (spec: object, status: object, generation = 2) => ({
  metadata: { generation },
  spec,
  status: { observedGeneration: 2, ...status },
});
const condition = (more: object) => ({ conditions: [{ type: 'Available', status: 'True' }, more] });

const COMPLETE = { replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

test.each<[RollingKind, object, object, string]>([
  ['Deployment', { replicas: 2 }, COMPLETE, 'complete'],
  ['Deployment', { replicas: 2 }, { ...COMPLETE, updatedReplicas: 1 }, 'rolling: 1 of 2 pods are new'],
  ['Deployment', { replicas: 2 }, { ...COMPLETE, replicas: 3 }, 'rolling: former pods that have not ended: 1'],
  ['Deployment', { replicas: 2 }, { ...COMPLETE, availableReplicas: 1 }, 'rolling: 1 of 2 pods are available'],
  ['Deployment', { replicas: 0 }, {}, 'complete'],
  ['Deployment', {}, {}, 'rolling: 0 of 1 pods are new'],
  [
    'Deployment',
    { replicas: 2 },
    {
      ...COMPLETE,
      ...condition({ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'too long' }),
    },
    'broken: too long',
  ],
  [
    'Deployment',
    { replicas: 2 },
    { ...COMPLETE, ...condition({ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }) },
    'broken: pods cannot be created: exceeded quota',
  ],
  [
    'StatefulSet',
    { replicas: 2 },
    { replicas: 2, currentRevision: 'b', updateRevision: 'b', availableReplicas: 2 },
    'complete',
  ],
  [
    'StatefulSet',
    { replicas: 2 },
    { replicas: 2, currentRevision: 'a', updateRevision: 'b', updatedReplicas: 1, availableReplicas: 2 },
    'rolling: 1 of 2 pods are new',
  ],
  ['DaemonSet', {}, { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 }, 'complete'],
  [
    'DaemonSet',
    {},
    { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 },
    'rolling: 2 of 3 pods are available',
  ],
])('a %s %j in state %j is %s', (kind, spec, status, expected) => {
  const health = rolloutHealth(kind, workload(spec, status));
  expect(health.state === 'complete' ? health.state : `${health.state}: ${health.says}`).toBe(expected);
});

test('a status of the time before the change says nothing about it', () => {
  expect(rolloutHealth('Deployment', workload({ replicas: 2 }, COMPLETE, 3)).state).toBe('rolling');
});

const waiting = (reason: string, message?: string) => ({ name: 'app', state: { waiting: { reason, message } } });

test.each([
  [
    { containerStatuses: [waiting('CrashLoopBackOff', 'back-off 10s')] },
    'container app: CrashLoopBackOff, back-off 10s',
  ],
  [{ initContainerStatuses: [waiting('ImagePullBackOff')] }, 'container app: ImagePullBackOff'],
  [{ containerStatuses: [waiting('ContainerCreating')] }, undefined],
  [{ containerStatuses: [{ name: 'app', state: { running: {} } }] }, undefined],
  [{ containerStatuses: null }, undefined],
  [{}, undefined],
])('a pod in state %j is stuck by %s', (status, expected) => {
  expect(stuckPod({ status })).toBe(expected);
});
