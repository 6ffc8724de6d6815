import { expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../../src/core/api/decision-record.ts';
import { applyingRecord, creationRecord } from '../../../src/core/records/creation.ts';
import { recorded } from '../../core-fixtures/admissions.ts';
import { askingPod } from '../../core-fixtures/pods.ts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 3, 10, 0, seconds)).toISOString();

const record = (
  hook: 'inject' | 'warn' | 'workloads',
  seconds: number,
  more: Partial<DecisionRecord> = {},
): DecisionRecord => ({
  ...recorded(askingPod()),
  ...{ hook, time: at(seconds), uid: `${hook}-${seconds}`, ...more },
});

const POD = { namespace: 'shop', name: 'web-1', uid: 'uid-1', recordId: 'aaaaaaaaaaaaaaaa' };
const { pod: _, ...nameless } = record('inject', 1, { recordId: POD.recordId, generateName: 'web-' });
const seen = record('warn', 2, { recordId: POD.recordId, pod: 'web-1', podUid: 'uid-1' });

test('the record of the hook that injects tells of the creation, found by the uid that the other hook saw', () => {
  expect(creationRecord([seen, nameless as DecisionRecord], POD)).toBe(nameless);
  expect(creationRecord([seen], { ...POD, recordId: 'bbbbbbbbbbbbbbbb' })).toBe(seen);
});

test.each([
  ['a pod that copied the status of another one', { ...POD, name: 'thief', uid: 'uid-9' }],
  ['a pod of the same name in another namespace', { ...POD, namespace: 'bank', uid: 'uid-9' }],
  ['a pod without a record', { namespace: 'shop', name: 'web-2', uid: 'uid-2' }],
])('%s is not told by the records of another one', (_what, pod) => {
  expect(creationRecord([nameless as DecisionRecord, seen], pod)).toBeUndefined();
});

const CONTROLLER = 'system:serviceaccount:kube-system:deployment-controller';
const applied = (seconds: number, user: string, template: string, uid = 'uid-of-web') =>
  record('workloads', seconds, {
    user,
    workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid, template },
  });
const WEB = { namespace: 'shop', kind: 'Deployment', name: 'web', uid: 'uid-of-web', template: 'two' };

test.each<[string, DecisionRecord[], string | undefined]>([
  [
    'the change that brought the template',
    [applied(1, 'alice', 'one'), applied(2, 'bob', 'two'), applied(3, 'carol', 'two')],
    'bob',
  ],
  [
    'the last of two changes that brought it',
    [applied(1, 'alice', 'two'), applied(2, 'bob', 'one'), applied(3, 'carol', 'two')],
    'carol',
  ],
  ['never a controller', [applied(1, 'alice', 'two'), applied(2, CONTROLLER, 'two')], 'alice'],
  ['nobody by another workload of that name', [applied(1, 'mallory', 'two', 'uid-of-another')], undefined],
  ['nobody where only a controller wrote', [applied(1, CONTROLLER, 'two')], undefined],
  ['the last, where no record has the template', [applied(1, 'alice', 'zero'), applied(2, 'bob', 'one')], 'bob'],
])('who asked is %s', (_what, records, user) => {
  expect(applyingRecord(records.toReversed(), WEB)?.user).toBe(user);
});

test('what was changed after a pod was made did not make it', () => {
  const records = [applied(1, 'alice', 'one'), applied(20, 'bob', 'two')];
  expect(applyingRecord(records, { ...WEB, template: 'one' }, Date.parse(at(5)))?.user).toBe('alice');
});

test('what was only tried leaves no record of a creation', () => {
  expect(creationRecord([seen], POD)).toBe(seen);
  expect(creationRecord([{ ...seen, dryRun: true }], POD)).toBeUndefined();
});
