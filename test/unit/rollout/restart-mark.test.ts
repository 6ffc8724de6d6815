import { expect, test } from '@jest/globals';
import { cameOf, restartPatch, standingRestart } from '../../../src/core/rollout/restart-mark.ts';

const MARK = { run: '1f2e3d4c', at: '2026-11-03T10:00:00.000Z' };

test('a restart is known by what it writes', () => {
  const workload = restartPatch(MARK);
  expect(standingRestart(workload)).toEqual(MARK);
  expect(cameOf(workload.spec.template, MARK)).toBe(true);
});

test.each([
  ['a later restart by kubectl', { ...restartPatch(MARK), spec: restartPatch({ ...MARK, at: 'later' }).spec }],
  ['no restart', {}],
  ['a mark that is no JSON', { metadata: { annotations: { 'pillion.io/restart': 'yes' } } }],
  ['a mark of another shape', { metadata: { annotations: { 'pillion.io/restart': '{"run":1}' } } }],
])('%s is none of ours', (_, workload) => {
  expect(standingRestart(workload)).toBeUndefined();
});
