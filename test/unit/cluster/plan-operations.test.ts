import { expect, test } from '@jest/globals';
import { stateOperations } from '../../../src/cluster/rollout/standing-plan.ts';
import type { RolloutPlan, RolloutStage } from '../../../src/core/api/rollout-plan.ts';

const stage = (name: string): RolloutStage => ({ name, state: 'Closed', namespaces: [name] });
const plan = (...stages: RolloutStage[]): RolloutPlan => ({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'RolloutPlan',
  metadata: { name: 'default' },
  spec: { stages, goals: [], gates: {} },
});

test('the state is written where the stage stands by then, and only there', () => {
  const open = stateOperations('pilot', 'Open');
  expect(open(plan(stage('first'), stage('pilot')))).toEqual([
    { op: 'test', path: '/spec/stages/1/name', value: 'pilot' },
    { op: 'add', path: '/spec/stages/1/state', value: 'Open' },
  ]);
  expect(open(plan({ ...stage('pilot'), state: 'Open' }))).toEqual([]);
});

test('a stage that has left the plan meanwhile is not said to be open, and is closed as it is', () => {
  expect(() => stateOperations('pilot', 'Open')(plan(stage('first')))).toThrow(
    expect.objectContaining({
      code: 'PIL004',
      problems: [expect.objectContaining({ message: expect.stringContaining('pillion rollout rollback pilot') })],
    }),
  );
  expect(stateOperations('pilot', 'Closed')(plan(stage('first')))).toEqual([]);
});
