import { expect, test } from '@jest/globals';
import { podCountOf } from '../../../src/core/kubernetes/pod-count.ts';

const ended = (type: string) => ({ conditions: [{ type, status: 'True' }] });

test.each([
  ['Deployment', { replicas: 3 }, {}, 3],
  ['Deployment', {}, {}, 1],
  ['StatefulSet', { replicas: 0 }, {}, 0],
  ['Deployment', { replicas: 'many' }, {}, 1],
  ['DaemonSet', {}, { desiredNumberScheduled: 7 }, 7],
  ['DaemonSet', {}, {}, 1],
  ['Job', { parallelism: 4 }, {}, 4],
  ['Job', { parallelism: 4, completions: 2 }, {}, 2],
  ['Job', { completions: 5 }, {}, 1],
  ['Job', { parallelism: 4 }, ended('Complete'), 0],
  ['Job', { parallelism: 4 }, ended('Failed'), 0],
  ['Job', { parallelism: 4 }, ended('Suspended'), 4],
  ['CronJob', { jobTemplate: { spec: { parallelism: 5 } } }, {}, 5],
  ['CronJob', {}, {}, 1],
  ['Pod', {}, {}, 1],
])('a %s with spec %j and status %j has %#: %d pods', (kind, spec, status, pods) => {
  expect(podCountOf({ kind, spec, status })).toBe(pods);
});
