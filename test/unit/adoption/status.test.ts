import { expect, test } from '@jest/globals';
import { chartSigns } from '../../../src/cli/output/chart-signs.ts';
import { type AdoptionPoint, NOTHING, pointOf } from '../../../src/core/adoption/counts.ts';
import { forecastText, percent } from '../../../src/core/adoption/status/goal-text.ts';
import type { GoalStatus } from '../../../src/core/adoption/status/goals.ts';
import { MIXED, stagesOfNamespaces } from '../../../src/core/adoption/status/namespace-stages.ts';
import { countsWithin } from '../../../src/core/adoption/status/scoped.ts';
import { stageMarks } from '../../../src/core/adoption/status/stage-marks.ts';
import { adoptionStatus } from '../../../src/core/adoption/status/status.ts';
import { monthOfPoints, planOf } from '../../core-fixtures/rollout-month.ts';

const STAGES = planOf(`
apiVersion: pillion.io/v1alpha1
kind: RolloutPlan
metadata: { name: default }
spec:
  environment: production
  stages:
    - { name: carts, namespaces: [shop], podSelector: { matchLabels: { squad: cart } } }
    - { name: elsewhere, environment: test, namespaces: [bank] }
    - { name: money, state: Open, from: 2026-11-02, namespaceSelector: { matchLabels: { tribe: finance } } }
    - { name: rest, from: 2026-12-01, namespaceSelector: { matchExpressions: [{ key: opted-out, operator: DoesNotExist }] } }
`);

const NAMESPACES = new Map([['bank', { name: 'bank', labels: { tribe: 'finance' } }]]);

test('a namespace has the stage that covers it first, unless that chooses among its pods', () => {
  const stageOf = stagesOfNamespaces(STAGES, NAMESPACES);
  expect(['bank', 'shop', 'gone', '__proto__'].map(stageOf)).toEqual(['money', MIXED, 'rest', 'rest']);
});

const cell = (namespace: string, injected: number, squad?: string) => ({
  namespace,
  ...(squad === undefined ? {} : { squad }),
  pods: { ...NOTHING, eligible: 10, injected },
  workloads: { ...NOTHING, eligible: 2 },
});

test('what a point does not tell of a scope is undefined, and never none', () => {
  const stageOf = stagesOfNamespaces(STAGES, NAMESPACES);
  const point = pointOf('2026-11-03T10:00:00Z', [cell('bank', 4), cell('mail', 1), cell('shop', 2, 'cart')]);
  const injected = (of: AdoptionPoint, scope: object) => countsWithin(of, scope, stageOf)?.pods.injected;
  expect(injected(point, {})).toBe(7);
  expect(injected(point, { squad: 'cart' })).toBe(2);
  expect(injected(point, { squad: 'nobody' })).toBe(0);
  expect(injected(point, { stage: 'money' })).toBeUndefined();
  expect(injected(point, { stage: 'money', namespace: 'bank' })).toBe(4);
  const { cells: _, ...sums } = point;
  expect([injected(sums, {}), injected(sums, { squad: 'cart' })]).toEqual([7, undefined]);
});

test('a stage is marked by what was done, and by its plan where nothing tells', () => {
  const actions = [
    { at: '2026-11-20T10:00:00Z', by: 'ada', did: 'RolledBack', stage: 'carts' },
    { at: '2026-11-04T10:00:00Z', by: 'ada', did: 'Opened', stage: 'carts' },
    { at: '2026-11-05T10:00:00Z', by: 'ada', did: 'Paused' },
  ] as const;
  expect(stageMarks(STAGES, actions).map(({ stage, day, did }) => `${day} ${stage} ${did}`)).toEqual([
    '2026-11-02 money opened',
    '2026-11-04 carts opened',
    '2026-11-20 carts rolled-back',
    '2026-12-01 rest planned',
  ]);
});

test('the point that is counted now takes the place of those that are kept of later', () => {
  const kept = monthOfPoints();
  const live = { point: pointOf('2026-11-20T10:00:00Z', [cell('shop', 1)]), byStage: new Map() };
  const sources = { kept, live, plan: undefined, actions: [], namespaces: new Map() };
  const { points, goals, marks } = adoptionStatus(sources);
  expect(points.at(-1)).toBe(live.point);
  expect(points.at(-2)?.at.slice(0, 10)).toBe('2026-11-19');
  expect([goals, marks]).toEqual([[], []]);
});

const goal = (fields: Partial<GoalStatus>): GoalStatus => ({
  goal: { metric: 'Injected', of: 'Workloads', scope: {}, target: '80%', by: '2026-12-31' },
  target: 0.8,
  now: { reached: 40, of: 100 },
  forecast: { state: 'late', share: 0.4, days: 10, perDay: 0.01, reachedOn: '2027-01-10' },
  lateByDays: 10,
  ...fields,
});

test.each<[string, Partial<GoalStatus>]>([
  ['at this pace reached on 10 Jan 2027: late by 10 days (+1.0 points a day)', {}],
  ['at this pace reached on 10 Jan 2027: late by 1 day (+1.0 points a day)', { lateByDays: 1 }],
  ['at this pace reached on 10 Jan 2027: on the day (+1.0 points a day)', { lateByDays: 0 }],
  ['at this pace reached on 10 Jan 2027: 3 days early (+1.0 points a day)', { lateByDays: -3 }],
  ['reached', { forecast: { state: 'reached', share: 0.9, days: 9 } }],
  ['missed: the day has passed, and 40 points are lacking', { forecast: { state: 'missed', share: 0.4, days: 9 } }],
  ['unknown: 1 day of points tell no pace, three do', { forecast: { state: 'unknown', share: 0.4, days: 1 } }],
  ['unknown: nothing of it is eligible', { now: { reached: 0, of: 0 } }],
])('a goal is told as: %s', (text, fields) => {
  expect(forecastText(goal(fields))).toBe(text);
});

test('a goal that is not neared is never reached', () => {
  const { lateByDays: _, ...known } = goal({ forecast: { state: 'late', share: 0.4, days: 10, perDay: -0.002 } });
  expect(forecastText(known)).toBe('at this pace never reached (-0.2 points a day)');
});

test.each([
  [0, '0%'],
  [0.0001, '0.1%'],
  [0.004, '0.4%'],
  [0.435, '44%'],
  [0.999, '99%'],
  [1, '100%'],
])('a share of %s is told as %s', (share, text) => {
  expect(percent(share)).toBe(text);
});

test.each([
  [{ LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, '#'],
  [{ LC_ALL: '', LANG: 'de_DE.utf8' }, '█'],
  [{ LC_CTYPE: 'C.UTF-8' }, '█'],
  [{}, '#'],
])('the signs follow the locale: %j', (variables, full) => {
  expect(chartSigns(variables).fills.at(-1)).toBe(full);
});
