import { expect, test } from '@jest/globals';
import type { RolloutPlan, RolloutStage } from '../../../src/core/api/rollout-plan.ts';
import { EMPTY_RECORD, withLabels } from '../../../src/core/rollout/rollout-record.ts';
import {
  closingLabels,
  isSettled,
  notedLabels,
  openingLabels,
  stageToClose,
} from '../../../src/core/rollout/stage-labels.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const KEY = 'istio-injection';
const POLICY = policyWith();
const stage = (name: string, more: Partial<RolloutStage> = {}): RolloutStage => ({ name, state: 'Open', ...more });
const plan = (...stages: RolloutStage[]): RolloutPlan => ({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'RolloutPlan',
  metadata: { name: 'default' },
  spec: { stages, goals: [], gates: {} },
});

test.each([
  ['nothing', {}, [{ namespace: 'shop', key: KEY, from: null, to: 'enabled' }], 0],
  ['a misspelt value', { [KEY]: 'enalbed' }, [{ namespace: 'shop', key: KEY, from: 'enalbed', to: 'enabled' }], 0],
  ['the label already', { [KEY]: 'enabled' }, [], 0],
  ['our revision', { 'istio.io/rev': 'default' }, [], 0],
  ['another revision', { 'istio.io/rev': 'canary' }, [], 1],
  ['another revision, and has opted in', { 'istio.io/rev': 'canary', [KEY]: 'enabled' }, [], 0],
  ['opted out', { [KEY]: 'disabled' }, [], 1],
])('opening a stage of a namespace that says %s', (_, labels, changes, left) => {
  const opening = openingLabels(stage('one', { namespaces: ['shop'] }), [{ name: 'shop', labels }], POLICY);
  expect(opening.changes).toEqual(changes);
  expect(opening.left).toHaveLength(left);
});

test('a rollback undoes exactly what opening did, whatever stood there', () => {
  const one = stage('one', { namespaces: ['shop', 'bank'], features: ['Resilience'] });
  const before = [
    { name: 'shop', labels: { [KEY]: 'on', team: 'web' } },
    { name: 'bank', labels: { 'feature.pillion.io/Resilience': 'enabled' } },
  ];
  const { changes } = openingLabels(one, before, POLICY);
  const record = withLabels(EMPTY_RECORD, notedLabels('one', changes));
  const opened = before.map(({ name, labels }) => ({
    name,
    labels: {
      ...labels,
      ...Object.fromEntries(
        changes.filter(({ namespace }) => namespace === name).map(({ key, to }) => [key, String(to)]),
      ),
    },
  }));
  const closing = closingLabels(plan(one), one, record, opened);
  expect(closing.changes).toEqual(changes.map(({ from, to, ...of }) => ({ ...of, from: to, to: from })));
  expect(closing.left).toEqual([]);
  expect([closing.outdated, isSettled(closing)]).toEqual([[], false]);
});

test.each([
  ['it ended before it wrote the labels, or after it took them away', [{ name: 'shop', labels: {} }]],
  ['the namespace is gone', []],
])(
  'what an interrupted command noted is forgotten by a rollback, so that it is nobody’s later: %s',
  (_, namespaces) => {
    const one = stage('one', { state: 'Closed', namespaces: ['shop'] });
    const label = { stage: 'one', namespace: 'shop', key: KEY, value: 'enabled', before: null };
    const record = withLabels(EMPTY_RECORD, [label]);
    const closing = closingLabels(plan(one), one, record, namespaces);
    expect(closing).toEqual({ changes: [], left: [], handedOver: [], outdated: [label] });
    expect(isSettled(closing)).toBe(false);
    expect(isSettled(closingLabels(plan(one), one, EMPTY_RECORD, namespaces))).toBe(true);
  },
);

test('a label that another open stage needs stays, and is that one’s from then on', () => {
  const one = stage('one', { namespaces: ['shop'] });
  const label = { stage: 'one', namespace: 'shop', key: KEY, value: 'enabled', before: null };
  const record = withLabels(EMPTY_RECORD, [label]);
  const namespaces = [{ name: 'shop', labels: { [KEY]: 'enabled' } }];
  const batch = stage('batch', { namespaces: ['shop'], podSelector: { matchLabels: { app: 'batch' } } });
  const closing = closingLabels(plan(one, batch), one, record, namespaces);
  expect(closing).toMatchObject({ changes: [], handedOver: [{ label, to: 'batch' }] });
  expect(closing.left).toEqual([
    { namespace: 'shop', says: expect.stringContaining('pillion rollout rollback batch') },
  ]);
  const closed = closingLabels(plan(one, { ...batch, state: 'Closed' }), one, record, namespaces);
  expect(closed.changes).toEqual([{ namespace: 'shop', key: KEY, from: 'enabled', to: null }]);
});

test('a stage is rolled back as it was opened, also when it has left the plan or was given other namespaces', () => {
  const label = { stage: 'one', namespace: 'shop', key: KEY, value: 'enabled', before: null };
  const record = withLabels(EMPTY_RECORD, [label, { ...label, stage: 'two', namespace: 'bank' }]);
  const moved = stage('one', { namespaces: ['street'], podSelector: { matchLabels: { app: 'web' } } });
  expect(stageToClose(plan(moved), record, 'one')).toEqual({ ...moved, namespaces: ['street', 'shop'] });
  expect(stageToClose(plan(moved), EMPTY_RECORD, 'one')).toEqual(moved);
  const left = stageToClose(plan(moved), record, 'two') ?? moved;
  expect(left).toEqual({ name: 'two', state: 'Closed', namespaces: ['bank'] });
  const closing = closingLabels(plan(moved), left, record, [{ name: 'bank', labels: { [KEY]: 'enabled' } }]);
  expect(closing.changes).toEqual([{ namespace: 'bank', key: KEY, from: 'enabled', to: null }]);
  expect(stageToClose(plan(moved), record, 'three')).toBeUndefined();
  // what is to be done to a stage of another environment is nothing for this cluster
  expect(stageToClose(plan({ ...moved, environment: 'test' }), EMPTY_RECORD, 'one')).toBeUndefined();
});
