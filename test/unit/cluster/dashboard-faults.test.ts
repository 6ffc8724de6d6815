import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clusterDashboard } from '../../../src/cluster/dashboard/cluster-dashboard.ts';
import type { DashboardData } from '../../../src/core/dashboard/dashboard-data.ts';
import { ROUTES } from '../../../src/core/dashboard/routes.ts';
import { BUILT_IN } from '../../../src/core/policy/built-in-sources.ts';
import { loadPolicy } from '../../../src/core/policy/load.ts';
import { validAnswer } from '../../core-fixtures/valid-answer.ts';
import { type FakeApiServer, fakeApiServer, type Handler } from './fake-api-server.ts';

let server: FakeApiServer;
beforeAll(async () => {
  server = await fakeApiServer();
});
afterAll(() => server.close());

const NOW = new Date('2026-11-03T10:00:00Z');
const everything = () => true;
const loaded = loadPolicy(BUILT_IN, { ownNamespace: 'pillion-system', today: '2026-11-03' });
if ('problems' in loaded) throw new Error('the built-in policy is not good');
const { active, shadows } = loaded;

const counts = [4, 2, 1, 0, 0, 0];
const MONTH = {
  '2026-11-01T09': JSON.stringify({ at: '2026-11-01T09:00:00Z', pods: counts, workloads: counts }),
  '2026-11-01T10': 'no JSON',
  '2026-11-02T09': JSON.stringify({ at: '2026-11-02T09:00:00Z', pods: counts, workloads: counts }),
  nonsense: '{}',
};
const pod = {
  metadata: { name: 'web-0', namespace: 'shop', annotations: { 'sidecar.istio.io/inject': 'true' } },
  spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] },
};
const LISTS: Readonly<Record<string, readonly object[]>> = {
  '/api/v1/namespaces': [{ metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } }],
  '/api/v1/pods': [pod],
};
const OBJECTS: Readonly<Record<string, object>> = {
  '/api/v1/namespaces/pillion-system/configmaps/pillion-adoption-2026-11': { metadata: {}, data: MONTH },
  '/api/v1/namespaces/pillion-system/configmaps/pillion-rollout': { metadata: {}, data: { actions: 'no JSON\n' } },
  '/apis/pillion.io/v1alpha1/rolloutplans/default': { metadata: { name: 'default' }, spec: { stages: 'none' } },
};
const PLAN = { metadata: { name: 'default' }, spec: { stages: [{ name: 'first', namespaces: ['shop'] }] } };

/** Answers as a cluster with one pod; who asks for one of these resources has no right to it. */
const cluster =
  (...refused: readonly string[]): Handler =>
  ({ path }, response) => {
    const status = refused.some((resource) => path.endsWith(`/${resource}`)) ? 403 : 200;
    const isOne = /\/(configmaps|rolloutplans)\//.test(path);
    if (status === 200 && isOne && !Object.hasOwn(OBJECTS, path)) {
      response.writeHead(404).end(JSON.stringify({ kind: 'Status', code: 404, reason: 'NotFound', message: 'none' }));
      return;
    }
    const body =
      status === 403
        ? { kind: 'Status', code: 403, reason: 'Forbidden', message: `may not list ${path}` }
        : (OBJECTS[path] ?? { metadata: { resourceVersion: '1' }, items: LISTS[path] ?? [] });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
const down: Handler = (_, response) => response.destroy();

const nobodyAsks = async () => {
  throw new Error('nobody asks');
};

function dashboard(): { readonly data: DashboardData; readonly pass: (ms: number) => void } {
  let elapsed = 0;
  const data = clusterDashboard({
    transport: server.transport,
    snapshot: () => ({ policy: active, shadows, namespaces: new Map() }),
    place: { namespace: 'pillion-system', installation: 'pillion' },
    ...{ files: undefined, version: '1.2.3', now: () => NOW, elapsedMs: () => elapsed },
    verdicts: () => ({ since: NOW.toISOString(), byVerdict: {}, byReason: [] }),
    health: () => [],
    tryManifests: async () => ({ problems: [], workloads: [] }),
    readCapacity: nobodyAsks,
    readBriefing: nobodyAsks,
    readAcknowledged: async () => {
      throw new Error('the thread had too little memory');
    },
  });
  return {
    data,
    pass: (ms) => {
      elapsed += ms;
    },
  };
}

test('before anything was read, an API server that is away is told with what to check', async () => {
  server.script(down);
  await expect(dashboard().data.workloads({}, everything)).rejects.toThrow(/cannot reach the API server.*check/);
});

test('while it is away later, what was read last is served, with a remark that says what to do', async () => {
  server.script(cluster());
  const { data, pass } = dashboard();
  const before = await data.workloads({}, everything);
  expect(before).toMatchObject({ total: 1, items: [{ name: 'web-0', states: { missing: 1 } }] });
  server.script(down);
  pass(60_000);
  const after = validAnswer(ROUTES.workloads.answer, await data.workloads({}, everything));
  expect(after).toMatchObject({ asOf: before.asOf, items: before.items });
  expect(after.remarks[0]).toEqual({
    what: expect.stringMatching(/^the cluster could not be read: cannot reach/),
    next: expect.stringContaining('pillion doctor'),
  });
});

test('what may not be read is named with the right that is missing, and the rest counts', async () => {
  server.script(cluster('deployments', 'resourcequotas', 'default'));
  const { items, remarks } = validAnswer(ROUTES.workloads.answer, await dashboard().data.workloads({}, everything));
  expect(items).toMatchObject([{ name: 'web-0', verdict: 'inject', compatibility: 'compatible' }]);
  expect(remarks.map(({ what }) => what)).toEqual([
    expect.stringContaining('the RolloutPlan of the cluster may not be read'),
    expect.stringContaining('resourcequotas may not be read'),
    expect.stringContaining('workloads may not be read'),
  ]);
});

test('a store with holes, a record that somebody edited and a plan that is none are told, and the rest is drawn', async () => {
  server.script(cluster());
  const overview = validAnswer(ROUTES.overview.answer, await dashboard().data.overview({}, everything));
  expect(overview.samples.map(({ at }) => at)).toEqual([
    '2026-11-01T09:00:00Z',
    '2026-11-02T09:00:00Z',
    '2026-11-03T10:00:00.000Z',
  ]);
  expect(overview.samples.at(-1)).toMatchObject({ pods: { eligible: 1, optedIn: 1, injected: 0 } });
  const told = overview.remarks.map(({ what }) => what).join('\n');
  for (const place of ['RolloutPlan', '/data/2026-11-01T10', '/data/nonsense', '/data/actions'])
    expect(told).toContain(place);
});

test('without the right to pods the rollout is drawn as far as it was kept, and workloads are told by their templates', async () => {
  server.script(cluster('pods'));
  const { data } = dashboard();
  const overview = validAnswer(ROUTES.overview.answer, await data.overview({}, everything));
  // nothing that was not counted is drawn as nothing
  expect(overview.samples.map(({ at }) => at)).toEqual(['2026-11-01T09:00:00Z', '2026-11-02T09:00:00Z']);
  expect(overview.remarks.map(({ what }) => what).join()).toContain('pods may not be read');
  const namespaces = validAnswer(ROUTES.namespaces.answer, await data.namespaces({}, everything));
  expect(namespaces).toMatchObject({ items: [{ name: 'shop', optIn: 'enabled', toMend: 0 }] });
});

test.each([
  ['what is kept of the rollout', 'pillion-adoption-2026-11'],
  ['the record of the rollout', 'pillion-rollout'],
])('where %s cannot be read, the overview says so and shows the rest', async (what, name) => {
  const answer = cluster();
  server.script((request, response) =>
    request.path.endsWith(name) ? response.writeHead(500).end('broken') : answer(request, response),
  );
  const overview = validAnswer(ROUTES.overview.answer, await dashboard().data.overview({}, everything));
  expect(overview.samples.at(-1)).toMatchObject({ pods: { eligible: 1 } });
  expect(overview.remarks.map((remark) => remark.what)).toContainEqual(
    expect.stringMatching(new RegExp(`^${what} could not be read`)),
  );
});

test('where it cannot be found out who has acknowledged, the rollout says so and shows its stages', async () => {
  const answer = cluster();
  server.script((request, response) =>
    request.path.endsWith('/rolloutplans/default')
      ? response.writeHead(200).end(JSON.stringify(PLAN))
      : answer(request, response),
  );
  const rollout = validAnswer(ROUTES.rollout.answer, await dashboard().data.rollout({}, everything));
  expect(rollout.stages).toMatchObject([{ name: 'first', pods: { eligible: 1 }, acknowledgements: [] }]);
  expect(rollout.remarks.map(({ what }) => what).join()).toContain('what squads have acknowledged could not be read');
});
