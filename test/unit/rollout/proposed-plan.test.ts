import { expect, test } from '@jest/globals';
import { planProblems } from '../../../src/core/rollout/plan-problems.ts';
import { type NamespaceToPlan, planOf, proposedPlan } from '../../../src/core/rollout/proposed-plan.ts';

type Verdict = NamespaceToPlan['workloads'][number]['verdict'];

/** A namespace with so many compatible workloads, and one for each of these verdicts. */
function namespace(name: string, compatible: number, others: readonly Verdict[] = [], tribe?: string): NamespaceToPlan {
  const verdicts: Verdict[] = [...Array<Verdict>(compatible).fill('compatible'), ...others];
  const workloads = verdicts.map((verdict, index) => ({
    ...{ kind: 'Deployment', name: `app-${index}`, verdict },
    codes: verdict === 'compatible' ? [] : verdict === 'incompatible' ? ['FIT001'] : ['FIT010'],
  }));
  return { name, tribe, workloads };
}

const WISHES = { stages: 4, start: undefined, every: 7 };
const names = (namespaces: readonly NamespaceToPlan[], wishes = WISHES) =>
  proposedPlan(namespaces, wishes).stages.map((stage) => [stage.name, stage.namespaces.map((one) => one.namespace)]);

test('small and safe first, then bigger, then with findings, those with incompatible workloads last', () => {
  const proposed = [
    namespace('big', 12),
    namespace('mixed', 3, ['incompatible']),
    namespace('tiny', 1),
    namespace('change', 2, ['needs-changes']),
    namespace('small', 3),
  ];
  expect(names(proposed)).toEqual([
    ['pilot', ['tiny']],
    ['stage-2', ['small']],
    ['stage-3', ['big']],
    ['stage-4', ['change', 'mixed']],
  ]);
  expect(planProblems(planOf(proposedPlan(proposed, WISHES).stages))).toEqual([]);
});

test('namespaces of a tribe stand together, and a stage of one tribe has its name', () => {
  const proposed = [
    namespace('a', 2, [], 'retail'),
    namespace('b', 2, [], 'bank'),
    namespace('c', 2, [], 'retail'),
    namespace('d', 3, [], 'bank'),
    namespace('e', 1),
  ];
  const order = names(proposed).flatMap(([, members]) => members);
  expect(order).toEqual(['e', 'a', 'c', 'b', 'd']);
  expect(names(proposed, { ...WISHES, stages: 3 })).toEqual([
    ['pilot', ['e']],
    ['stage-2-retail', ['a', 'c']],
    ['stage-3-bank', ['b', 'd']],
  ]);
});

test('what cannot have a sidecar at all, or has no workloads, is left out with the reason', () => {
  const { stages, leftOut } = proposedPlan(
    [namespace('node', 0, ['incompatible']), namespace('empty', 0), namespace('web', 1)],
    WISHES,
  );
  expect(stages.map(({ name }) => name)).toEqual(['pilot']);
  expect(leftOut).toEqual([
    { namespace: 'empty', why: 'it has no workloads' },
    { namespace: 'node', why: 'none of its workloads can have a sidecar: FIT001' },
  ]);
  expect(proposedPlan([namespace('empty', 0)], WISHES).stages).toEqual([]);
});

test('days follow each other without a gap, also over the end of a month', () => {
  const some = ['a', 'b', 'c'].map((name, index) => namespace(name, index + 1));
  const { stages } = proposedPlan(some, { stages: 3, start: '2027-01-25', every: 7 });
  expect(stages.map(({ from, until }) => [from, until])).toEqual([
    ['2027-01-25', '2027-01-31'],
    ['2027-02-01', '2027-02-07'],
    ['2027-02-08', '2027-02-14'],
  ]);
});

test('there are never more stages than asked for, none is empty, and every namespace is in one', () => {
  for (const stages of [1, 2, 3, 5, 8])
    for (const count of [1, 2, 7, 30]) {
      const some = Array.from({ length: count }, (_, index) => namespace(`n${index}`, 1 + ((index * 7) % 5)));
      const proposed = proposedPlan(some, { ...WISHES, stages }).stages;
      // one stage is the pilot alone, where there is no more to be had
      expect(proposed.length).toBeLessThanOrEqual(Math.max(2, stages));
      expect(proposed.every((one) => one.namespaces.length > 0)).toBe(true);
      expect(proposed.flatMap((one) => one.namespaces).length).toBe(count);
    }
});
