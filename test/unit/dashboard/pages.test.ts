import { expect, test } from '@jest/globals';
import { NOTHING } from '../../../src/core/adoption/counts.ts';
import { compareWorkloads, type KnownWorkload } from '../../../src/core/dashboard/known-workload.ts';
import { namespacePage } from '../../../src/core/dashboard/namespace-pages.ts';
import { ROUTES } from '../../../src/core/dashboard/routes.ts';
import { type WorkloadFilter, workloadPage } from '../../../src/core/dashboard/workload-pages.ts';
import type { NamespaceRow } from '../../../src/core/dashboard/workloads.ts';
import { validAnswer } from '../../core-fixtures/valid-answer.ts';

const READ = { asOf: '2026-11-03T10:00:00.000Z', remarks: [] };
const HTML = '<img src=x onerror=alert(1)>';
const everything = () => true;

const workload = (place: string, more: Partial<KnownWorkload> = {}): KnownWorkload => {
  const [namespace = '', ...owner] = place.split('/');
  return {
    ...{ namespace, owner: owner.join('/'), tribe: undefined, squad: undefined, stages: [] },
    ...{ verdict: 'skip', reason: 'not-opted-in', states: new Map([['not-wanted', 2]]), findings: 0 },
    compatibility: { verdict: 'compatible' },
    ...more,
  };
};

const WORKLOADS = [
  workload('shop/Deployment/web', {
    squad: 'web',
    verdict: 'inject',
    reason: 'opted-in',
    stages: ['first', 'metrics'],
  }),
  workload('shop/Job/once', { compatibility: { verdict: 'incompatible' }, findings: 2 }),
  workload('street/CloneSet.apps.kruise.io/stall', { tribe: 'sales', compatibility: undefined }),
  workload(`street/Deployment/a/b`, { tribe: 'sales', squad: HTML }),
  workload('yard/StatefulSet/db', { verdict: 'deny', reason: 'uid-conflict', states: new Map() }),
].sort(compareWorkloads);

const names = (filter: WorkloadFilter, visible: (namespace: string) => boolean = everything) =>
  validAnswer(ROUTES.workloads.answer, workloadPage(WORKLOADS, filter, visible, READ)).items.map(({ name }) => name);

test.each([
  [{}, ['web', 'once', 'stall', 'a/b', 'db']],
  [{ namespace: 'shop' }, ['web', 'once']],
  [{ namespace: 'shop', squad: 'unowned' }, ['once']],
  [{ tribe: 'sales' }, ['stall', 'a/b']],
  [{ squad: HTML }, ['a/b']],
  [{ stage: 'first' }, ['web']],
  [{ stage: 'metrics' }, ['web']],
  [{ stage: 'first, metrics' }, []],
  [{ verdict: 'inject,deny' }, ['web', 'db']],
  [{ reason: 'uid-conflict, opted-in' }, ['web', 'db']],
  [{ compatibility: 'unknown' }, ['stall']],
  [{ compatibility: 'incompatible' }, ['once']],
  [{ search: 'STREET/' }, ['stall', 'a/b']],
  [{ search: 'op/on' }, ['once']],
  [{ search: 'deployment' }, []],
  [{ after: 'shop/Deployment/web' }, ['once', 'stall', 'a/b', 'db']],
  [{ after: 'shop/Deployment/gone' }, ['web', 'once', 'stall', 'a/b', 'db']],
  [{ after: 'street' }, ['stall', 'a/b', 'db']],
  [{ after: '' }, ['web', 'once', 'stall', 'a/b', 'db']],
  [{ after: '~' }, []],
] as readonly (readonly [WorkloadFilter, readonly string[]])[])('workloads by %j are %j', (filter, expected) => {
  expect(names(filter)).toEqual(expected);
});

test('what stands in a name stays data, and a name with a slash keeps it', () => {
  const { items } = workloadPage(WORKLOADS, { search: 'a/b' }, everything, READ);
  expect(items).toMatchObject([{ kind: 'Deployment', name: 'a/b', squad: HTML, pods: 2 }]);
});

test('nobody hears of namespaces that they may not see, also not by what filters can be set to', () => {
  const visible = (namespace: string) => namespace === 'shop';
  const page = workloadPage(WORKLOADS, { limit: 1 }, visible, READ);
  expect(page).toMatchObject({ total: 2, next: 'shop/Deployment/web' });
  expect(page.choices).toEqual({
    namespace: ['shop'],
    tribe: ['unowned'],
    squad: ['unowned', 'web'],
    stage: ['first', 'metrics'],
    verdict: ['inject', 'skip'],
    reason: ['not-opted-in', 'opted-in'],
    compatibility: ['compatible', 'incompatible'],
  });
  expect(names({ namespace: 'street' }, visible)).toEqual([]);
});

const row = (name: string, more: Partial<NamespaceRow> = {}): NamespaceRow => ({
  ...{ name, optIn: 'notEnabled', optInSays: 'why', pods: { ...NOTHING }, workloads: { ...NOTHING }, toMend: 0 },
  ...more,
});
const NAMESPACES = [
  row('shop', { optIn: 'enabled', stage: 'first, metrics' }),
  row('street', { tribe: HTML }),
  row('yard'),
];

test.each([
  [{}, ['shop', 'street', 'yard']],
  [{ search: 'S' }, ['shop', 'street']],
  [{ namespace: 'street' }, ['street']],
  [{ namespace: 'stree' }, []],
  [{ tribe: 'unowned' }, ['shop', 'yard']],
  [{ tribe: HTML }, ['street']],
  [{ stage: 'first' }, ['shop']],
  [{ optIn: 'notEnabled' }, ['street', 'yard']],
  [{ after: 'shop', limit: 1 }, ['street']],
] as const)('namespaces by %j are %j', (filter, expected) => {
  const page = validAnswer(ROUTES.namespaces.answer, namespacePage(NAMESPACES, filter, everything, READ));
  expect(page.items.map(({ name }) => name)).toEqual(expected);
});
