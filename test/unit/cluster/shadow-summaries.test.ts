import { expect, test } from '@jest/globals';
import { ShadowSummaries } from '../../../src/cluster/shadow-summaries.ts';
import { type Answered, admitted, answer } from '../../core-fixtures/admissions.ts';
import { askingPod, ownedBy } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';
import { workload, workloadReview } from '../../core-fixtures/workloads.ts';

const STRICT = policyWith({ name: 'strict', spec: { overrides: { allow: [], others: 'Deny' } } });
const SAME = policyWith({ name: 'same' });
const at = (minute: number) => () => new Date(Date.UTC(2026, 10, 3, 10, minute));

const created = (name: string, cpu?: string): Answered =>
  admitted(ownedBy('StatefulSet', name, askingPod(cpu === undefined ? {} : { 'sidecar.istio.io/proxyCPU': cpu })), {
    shadows: [STRICT, SAME],
  });

function summaries(admissions: readonly Answered[]): ShadowSummaries {
  const all = new ShadowSummaries(at(0));
  all.follow([STRICT, SAME]);
  for (const { record, shadows = [] } of admissions) if (record !== undefined) all.note(record, shadows);
  return all;
}

test('decisions are counted, and whose differ, before and after', () => {
  const [strict, same] = summaries([created('db', '200m'), created('queue'), created('db', '300m')]).current;
  expect(strict).toEqual({
    policy: 'strict',
    revision: STRICT.revision,
    since: '2026-11-03T10:00:00.000Z',
    decisions: 3,
    differing: 2,
    failed: 0,
    recent: [
      {
        namespace: 'shop',
        owner: 'StatefulSet/db',
        before: { verdict: 'inject', reason: 'opted-in' },
        after: { verdict: 'deny', reason: 'override-forbidden' },
        differs: ['verdict', 'reason'],
        time: '2026-11-03T10:00:00.000Z',
      },
    ],
  });
  expect(same).toMatchObject({ policy: 'same', decisions: 3, differing: 0, recent: [] });
});

test('the last ten owners are kept, the last one first', () => {
  const names = Array.from({ length: 12 }, (_, index) => `db-${index}`);
  const { current } = summaries([...names, 'db-3'].map((name) => created(name, '1')));
  const expected = ['db-3', ...names.slice(2).reverse()].filter((name, index) => index === 0 || name !== 'db-3');
  expect(current[0]?.recent.map(({ owner }) => owner)).toEqual(
    expected.map((name) => `StatefulSet/${name}`).slice(0, 10),
  );
});

test('a policy that changes is counted anew, the others go on, and one that is gone is forgotten', () => {
  const all = summaries([created('db', '1')]);
  const changed = policyWith({ name: 'same', optIn: { autoInject: 'enabled' } });
  all.follow([STRICT, changed]);
  const { record, shadows = [] } = created('queue');
  if (record !== undefined) all.note(record, shadows);
  expect(all.current.map(({ policy, decisions }) => [policy, decisions])).toEqual([
    ['strict', 2],
    ['same', 0],
  ]);
  all.follow([changed]);
  expect(all.current.map(({ policy }) => policy)).toEqual(['same']);
});

test('a trial is not counted', () => {
  const all = summaries([]);
  const { record, shadows = [] } = created('db', '1');
  if (record !== undefined) all.note({ ...record, dryRun: true }, shadows);
  expect(all.current[0]).toMatchObject({ decisions: 0, recent: [] });
});

test('a workload is counted for whoever applies it, and not what controllers make of it', () => {
  const asks = { annotations: { ...askingPod().metadata.annotations, 'sidecar.istio.io/proxyCPU': '1' } };
  const countedOf = (metadata: Record<string, unknown>) => {
    const object = workload({ kind: 'ReplicaSet', templateMetadata: asks, metadata });
    const admission = answer(workloadReview(object), { hook: 'workloads', shadows: [STRICT] });
    return admission.kind === 'answered' && admission.shadows?.map(({ result }) => result);
  };
  expect(countedOf({})).toEqual(['differs']);
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: '1', controller: true }];
  expect(countedOf({ ownerReferences })).toBeUndefined();
});
