import { expect, test } from '@jest/globals';
import type { RolloutPlan } from '../../../src/core/api/rollout-plan.ts';
import { loadPlan } from '../../../src/core/rollout/read-plan.ts';
import { stageFinder } from '../../../src/core/rollout/stage-members.ts';

const plan = (): RolloutPlan => {
  const text = `
apiVersion: pillion.io/v1alpha1
kind: RolloutPlan
metadata: {name: default}
spec:
  environment: production
  stages:
    - {name: test-shop, environment: test, namespaces: [shop]}
    - {name: web, namespaces: [shop], podSelector: {matchLabels: {app: web}}}
    - {name: retail, namespaces: [bank], namespaceSelector: {matchLabels: {tribe: retail}}}
    - {name: rest, namespaces: [shop]}
    - {name: metrics, namespaces: [shop], features: [Observability]}
    - {name: both, namespaceSelector: {matchExpressions: [{key: none, operator: DoesNotExist}]}, features: [Observability, Resilience]}
`;
  const read = loadPlan({ file: 'plan.yaml', text }, '2026-11-03');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.plan;
};

test.each([
  // of those that bring a sidecar the first, and of each feature the first
  ['shop', {}, { app: 'web' }, ['web', 'metrics', 'both']],
  ['shop', {}, { app: 'api' }, ['rest', 'metrics', 'both']],
  ['bank', {}, {}, ['retail', 'both']],
  ['lending', { tribe: 'retail' }, {}, ['retail', 'both']],
  ['lending', { tribe: 'wholesale' }, {}, ['both']],
])('a pod in %s %j with the labels %j belongs to the stages %j', (name, labels, podLabels, stages) => {
  expect(stageFinder(plan())({ name, labels }, podLabels).map((stage) => stage.name)).toEqual(stages);
});

test('without a plan a pod belongs to no stage', () => {
  expect(stageFinder(undefined)({ name: 'shop', labels: {} }, {})).toEqual([]);
});
