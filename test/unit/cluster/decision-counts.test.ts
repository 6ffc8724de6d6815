import { expect, test } from '@jest/globals';
import { DecisionCounts } from '../../../src/cluster/decision-counts.ts';
import type { DecisionRecord } from '../../../src/core/api/decision-record.ts';
import { recorded } from '../../core-fixtures/admissions.ts';
import { askingPod, podWith } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const impostor = askingPod(
  {},
  {
    containers: [
      { name: 'web', image: 'web' },
      { name: 'istio-proxy', image: 'other/proxy:1' },
    ],
  },
);
const RECORDS: readonly (readonly [DecisionRecord, keyof ReturnType<DecisionCounts['under']> | 'nothing'])[] = [
  [recorded(askingPod()), 'injected'],
  [recorded(impostor), 'refused'],
  [recorded(podWith(), { hook: 'warn' }), 'leftAlone'],
  [{ ...recorded(podWith(), { hook: 'warn' }), reason: 'already-injected' }, 'nothing'],
  [{ ...recorded(askingPod()), dryRun: true }, 'nothing'],
  [recorded(podWith()), 'nothing'],
];

test.each(RECORDS)('a pod is counted once %#', (record, as) => {
  const counts = new DecisionCounts();
  counts.note(record);
  const none = { injected: 0, leftAlone: 0, refused: 0 };
  expect(counts.under(record.policy.revision)).toEqual(as === 'nothing' ? none : { ...none, [as]: 1 });
});

test('under another policy it is counted anew', () => {
  const counts = new DecisionCounts();
  const first = recorded(askingPod());
  const next = recorded(askingPod(), { policy: policyWith({ spec: { onError: 'Refuse', finalState: 'Off' } }) });
  for (const record of [first, first, next]) counts.note(record);
  expect(counts.under(first.policy.revision).injected).toBe(0);
  expect(counts.under(next.policy.revision).injected).toBe(1);
});
