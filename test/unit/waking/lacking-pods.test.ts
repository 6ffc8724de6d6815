import { expect, test } from '@jest/globals';
import { lackingPods, replicaFailure } from '../../../src/core/waking/lacking-pods.ts';

test.each([
  ['ReplicaSet', { spec: { replicas: 3 }, status: { replicas: 1 } }, 2],
  ['ReplicaSet', { spec: {}, status: {} }, 1],
  ['ReplicaSet', { spec: { replicas: 0 }, status: { replicas: 2 } }, 0],
  ['ReplicationController', { spec: { replicas: 1 } }, 1],
  ['StatefulSet', { spec: { replicas: 2 }, status: { replicas: 2 } }, 0],
  ['DaemonSet', { spec: {}, status: {} }, 1],
  ['DaemonSet', { status: { desiredNumberScheduled: 5, currentNumberScheduled: 3 } }, 2],
  ['DaemonSet', { status: { desiredNumberScheduled: 0, currentNumberScheduled: 0 } }, 0],
  ['Job', { spec: { parallelism: 1, completions: 1 }, status: {} }, 1],
  ['Job', { spec: { parallelism: 4, completions: 10 }, status: { succeeded: 8, active: 1 } }, 1],
  ['Job', { spec: { parallelism: 4 }, status: { active: 1 } }, 3],
  ['Job', { spec: { parallelism: 4 }, status: { succeeded: 1 } }, 0],
  ['Job', { spec: { suspend: true }, status: {} }, 0],
  ['Job', { spec: {}, status: { conditions: [{ type: 'Complete', status: 'True' }] } }, 0],
  ['Job', { spec: {}, status: { conditions: [{ type: 'Failed', status: 'False' }] } }, 1],
  ['Deployment', { spec: { replicas: 3 }, status: { replicas: 0 } }, 0],
])('a %s %j lacks %i pods', (kind, workload, lacks) => {
  expect(lackingPods(kind, workload)).toBe(lacks);
});

const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'no' };

test.each([
  ['that it cannot create', { status: { conditions: [{ type: 'Other', status: 'True' }, failure] } }, 'no'],
  ['that it could not, before', { status: { conditions: [{ ...failure, status: 'False' }] } }, undefined],
  ['that it cannot delete', { status: { conditions: [{ ...failure, reason: 'FailedDelete' }] } }, undefined],
  ['nothing', { status: { conditions: 'none' } }, undefined],
])('a ReplicaSet says %s', (_, workload, message) => {
  expect(replicaFailure(workload)).toBe(message);
});
