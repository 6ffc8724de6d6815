import { expect, test } from '@jest/globals';
import { conditionsOf } from '../../../src/core/policy/object-conditions.ts';
import { objectsLoader } from '../../../src/core/policy/objects-loader.ts';
import { type LoadedObjects, type ObjectSource, objectSource } from '../../../src/core/policy/policy-objects.ts';
import { policyWarnings } from '../../../src/core/policy/policy-warnings.ts';
import { problemLine } from '../../../src/core/problem/problem.ts';

const load = objectsLoader('pillion-system', () => new Date('2026-11-03'));
const SKIP = objectSource('InjectionPolicy', 'default', { spec: { rollout: { enforce: 'Skip' } } });
const OFF = objectSource('InjectionPolicy', 'default', { spec: {} });
const plan = (stages: unknown, name = 'default') => objectSource('RolloutPlan', name, { spec: { stages } });
const PILOT = { name: 'pilot', state: 'Open', namespaces: ['shop'] };
const TWICE = [PILOT, { name: 'again', namespaces: ['shop'] }];

function active(...objects: readonly ObjectSource[]) {
  const loaded = load(objects);
  if ('problems' in loaded) throw new Error(loaded.problems.map(problemLine).join('\n'));
  return loaded.active;
}
const told = (loaded: LoadedObjects) => ({
  problems: 'problems' in loaded ? loaded.problems.map(problemLine) : [],
  leftOut: loaded.leftOut.map(problemLine),
});

test('the plan counts where the policy says so, and its open stages are part of the revision', () => {
  expect(active(OFF, plan([PILOT])).stages).toBeUndefined();
  expect(active(OFF, plan([PILOT])).revision).toBe(active(OFF).revision);
  const open = active(SKIP, plan([PILOT]));
  const closed = active(SKIP, plan([{ ...PILOT, state: 'Closed' }]));
  expect(open.stages?.open.map(({ name }) => name)).toEqual(['pilot']);
  expect(new Set([open, closed, active(SKIP)].map(({ revision }) => revision)).size).toBe(3);
});

test('a plan that cannot be read stands in the way of a policy that needs it, and of no other', () => {
  const broken = plan([{ name: 'pilot', state: 'Ajar' }]);
  expect(told(load([OFF, broken]))).toEqual({
    problems: [],
    leftOut: ['RolloutPlan default: /spec/stages/0/state: is "Ajar"; accepted: Closed, Open'],
  });
  expect(told(load([SKIP, broken])).problems).toEqual([
    expect.stringContaining('InjectionPolicy default: /spec/rollout/enforce: is "Skip", and the RolloutPlan'),
    'RolloutPlan default: /spec/stages/0/state: is "Ajar"; accepted: Closed, Open',
  ]);
});

test('what else is wrong with a plan is told, and its stages count', () => {
  const loaded = load([SKIP, plan(TWICE), plan([PILOT], 'other')]);
  expect(told(loaded)).toEqual({
    problems: [],
    leftOut: [
      expect.stringContaining('RolloutPlan default: /spec/stages/1/namespaces/0: is "shop"'),
      'RolloutPlan other: /metadata/name: is no plan that counts; the one that does has the name default',
    ],
  });
  expect('active' in loaded && loaded.active.stages?.open).toHaveLength(1);
});

test('a policy that leaves everything alone is warned of', () => {
  const warnings = (...objects: readonly ObjectSource[]) => policyWarnings(active(...objects)).map(problemLine);
  expect(warnings(SKIP)).toEqual([expect.stringContaining('there is no RolloutPlan, so no stage is open')]);
  expect(warnings(SKIP, plan([{ ...PILOT, state: 'Closed' }]))).toEqual([
    expect.stringContaining('no stage of the RolloutPlan is open here'),
  ]);
  expect(warnings(SKIP, plan([PILOT]))).toEqual([]);
});

test.each([
  ['enforced', SKIP, 'default', ['True', 'Enforced', '1 of 2 stages are open']],
  ['not enforced', OFF, 'default', ['False', 'NotEnforced', '1 of 2 stages are open; the policy holds no pod to them']],
  ['of another name', SKIP, 'other', ['False', 'NotDefault', 'only the plan with the name default counts']],
])('the status of a plan that is %s says so', (_, policy, name, said) => {
  const source = plan([PILOT, { name: 'rest', namespaces: ['bank'] }], name);
  const sources = [policy, source];
  const loaded = load(sources);
  if ('problems' in loaded) throw new Error('refused');
  const conditions = conditionsOf(source, {
    ...{ inForce: loaded, inForceSources: sources, judged: sources, problems: [], leftOut: loaded.leftOut },
  });
  const { status, reason, message } = conditions.find(({ type }) => type === 'InForce') ?? {};
  expect([status, reason, message]).toEqual(said);
});
