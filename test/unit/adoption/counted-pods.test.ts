import { expect, test } from '@jest/globals';
import { AdoptionCount, type CountedPod } from '../../../src/core/adoption/counted-pods.ts';

const pod = (fields: Partial<CountedPod>): CountedPod => ({
  namespace: 'shop',
  tribe: 'sales',
  squad: 'cart',
  workload: 'Deployment/web',
  standing: 'eligible',
  optedIn: true,
  sidecar: 'current',
  incompatible: false,
  createdAt: '2026-11-01T09:00:00Z',
  ...fields,
});

function counted(...pods: CountedPod[]) {
  const count = new AdoptionCount();
  for (const each of pods) count.add(each);
  return count.cells();
}

test('a workload is injected when all its pods are, and stale when one is', () => {
  expect(counted(pod({}), pod({ sidecar: 'none' }))).toMatchObject([
    { pods: { eligible: 2, optedIn: 2, injected: 1 }, workloads: { eligible: 1, optedIn: 1, injected: 0 } },
  ]);
  expect(counted(pod({}), pod({ sidecar: 'stale' }))).toMatchObject([
    { pods: { injected: 2, stale: 1 }, workloads: { injected: 1, stale: 1 } },
  ]);
});

test('what no sidecar fits is not counted at all, and what is excluded not in the denominator', () => {
  expect(counted(pod({ standing: 'ineligible' }))).toEqual([]);
  expect(counted(pod({ standing: 'excluded', optedIn: false, sidecar: 'none' }))).toMatchObject([
    { pods: { eligible: 0, excluded: 1 }, workloads: { eligible: 0, excluded: 1 } },
  ]);
});

test('pods without a squad are counted, first of their namespace', () => {
  const { squad: _, ...unowned } = pod({ workload: 'Deployment/api' });
  const cells = counted(pod({}), unowned, pod({ namespace: 'bank', tribe: 'money' }));
  expect(cells.map(({ namespace, tribe, squad }) => [namespace, tribe, squad])).toEqual([
    ['bank', 'money', 'cart'],
    ['shop', 'sales', undefined],
    ['shop', 'sales', 'cart'],
  ]);
});

test('while pods of a workload change their squad, the workload belongs to that of the newest, in whatever order they come', () => {
  const old = pod({ squad: 'cart' });
  const fresh = pod({ squad: 'till', createdAt: '2026-11-02T09:00:00Z' });
  for (const cells of [counted(old, fresh), counted(fresh, old)])
    expect(cells.map(({ squad, pods, workloads }) => [squad, pods.eligible, workloads.eligible])).toEqual([
      ['cart', 1, 0],
      ['till', 1, 1],
    ]);
});

test('names of Object.prototype are names like others', () => {
  expect(counted(pod({ namespace: 'constructor', squad: '__proto__' }))).toMatchObject([
    { namespace: 'constructor', squad: '__proto__', pods: { eligible: 1 } },
  ]);
});
