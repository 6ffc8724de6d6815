import { expect, test } from '@jest/globals';
import type { RolloutPlan } from '../../../src/core/api/rollout-plan.ts';
import { loadPlan } from '../../../src/core/rollout/read-plan.ts';
import { stageOf } from '../../../src/core/rollout/stage-members.ts';

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
`;
  const read = loadPlan({ file: 'plan.yaml', text }, '2026-11-03');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.plan;
};

test.each([
  ['shop', {}, { app: 'web' }, 'web'],
  ['shop', {}, { app: 'api' }, 'rest'],
  ['bank', {}, {}, 'retail'],
  ['lending', { tribe: 'retail' }, {}, 'retail'],
  ['lending', { tribe: 'wholesale' }, {}, undefined],
])('a pod in %s %j with the labels %j belongs to the stage %s', (name, labels, podLabels, stage) => {
  expect(stageOf(plan(), { name, labels }, podLabels)?.name).toBe(stage);
});
