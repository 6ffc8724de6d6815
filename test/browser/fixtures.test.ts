import { expect, test } from '@jest/globals';
import { Value } from 'typebox/value';
import { API, ROUTES, type RouteName } from '../../src/core/dashboard/routes.ts';
import { answerOf } from './fixture-server.ts';
import { cluster, hostile } from './fixtures/cluster.ts';
import { Feed } from './fixtures/feed.ts';

const size = cluster({ namespaces: 20, pods: 400 });
const [row] = size.workloads;
const ASKED: Readonly<Record<Exclude<RouteName, 'decisionStream'>, string>> = {
  overview: '/overview',
  rollout: '/rollout',
  briefing: '/rollout/stages/payments/briefing',
  namespaces: '/namespaces',
  workloads: '/workloads',
  workload: `/workloads/${row?.namespace}/${row?.kind}/${row?.name}`,
  decisions: '/decisions',
  policy: '/policy',
  capacity: '/capacity',
  playground: '/playground',
};

test.each(Object.entries(ASKED))('what stands for the answer of %s is one by the schema', (name, path) => {
  for (const made of [size, hostile(size)]) {
    const at = path.replace(row?.name ?? '', made.workloads[0]?.name ?? '');
    const encoded = name === 'workload' ? at.split('/').map(encodeURIComponent).join('/') : path;
    const question = JSON.stringify({ manifests: 'kind: Pod\n---\nkind: [', policy: 'kind: InjectionPolicy' });
    const answer = answerOf(made, new Feed(made, 30), encoded, new URLSearchParams(), question);
    expect([...Value.Errors(ROUTES[name as RouteName].answer, answer)]).toEqual([]);
  }
});

test('a decision of the stream is one by the schema', () => {
  expect([...Value.Errors(ROUTES.decisionStream.answer, new Feed(size, 0).decide())]).toEqual([]);
  expect(API).toBe('/api/v1');
});

test('500 namespaces and 20,000 pods are the same each time', () => {
  const [one, other] = [cluster({ namespaces: 500, pods: 20_000 }), cluster({ namespaces: 500, pods: 20_000 })];
  expect(one).toEqual(other);
  expect(one.namespaces).toHaveLength(500);
  expect(one.workloads.reduce((sum, { pods }) => sum + pods, 0)).toBe(20_000);
});
