import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DashboardData, Visible } from '../../../src/core/dashboard/dashboard-data.ts';
import { API, type ApiRoute, ROUTES } from '../../../src/core/dashboard/routes.ts';
import { http2Caller, PROTOCOLS } from '../callers.ts';
import { PAGE, runningDashboard, SCRIPT, type TestDashboard } from './running-dashboard.ts';

const page = (visible: Visible) => ({
  items: ['shop', 'street'].filter(visible),
  total: 0,
  asOf: '2026-11-27T00:00:00Z',
  remarks: [],
});
// what a route is answered with is another test's concern
const data = {
  namespaces: async (_: unknown, visible: Visible) => page(visible),
  workloads: async (_: unknown, visible: Visible) => page(visible),
  workload: async () => undefined,
  overview: async () => ({}),
  rollout: async () => ({}),
  policy: async () => ({}),
  capacity: async () => ({}),
  briefing: async () => ({}),
  playground: async () => ({ problems: [], workloads: [] }),
} as unknown as DashboardData;

let dashboard: TestDashboard;
beforeAll(async () => {
  dashboard = await runningDashboard({ data });
});
afterAll(() => dashboard.stop());

const EVERYWHERE = ['/', `/${SCRIPT}`, '/nowhere', `${API}/openapi.json`, `${API}/nowhere`].concat(
  (Object.values(ROUTES) as ApiRoute[]).map(({ path }) => `${API}${path.replace(/\{\w+\}/g, 'x')}`),
);

describe('without a token that is accepted', () => {
  test.each(EVERYWHERE)('%s is a hint and nothing else', async (path) => {
    for (const token of [undefined, 'forged']) {
      const reply = await dashboard.ask(path, token);
      expect(reply).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="pillion"' } });
      expect(reply.text).toContain('pillion dashboard');
      expect(reply.text).not.toContain(SCRIPT);
      expect(String(reply.headers['content-type'])).toMatch(path.startsWith('/api') ? /json/ : /html/);
    }
  });

  test.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'bearer\t'])('the header %s is none', async (authorization) => {
    expect(await dashboard.ask('/', undefined, { headers: { authorization } })).toMatchObject({ status: 401 });
  });
});

test.each(EVERYWHERE)('the answer of %s carries the headers that keep a page to itself', async (path) => {
  for (const token of [undefined, 'all']) {
    if (path.includes('stream') && token !== undefined) continue;
    const { headers } = await dashboard.ask(path, token);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      vary: 'Authorization, Accept-Encoding',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self'; style-src 'self'/),
    });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(String(headers['cache-control'])).toMatch(/^(no-store|private)/);
  }
});

test('the page and its files are served to whoever has a token, and kept as long as their names say', async () => {
  const index = await dashboard.ask('/', 'none');
  expect(index).toMatchObject({ status: 200, text: PAGE, headers: { 'cache-control': 'private, no-cache' } });
  const script = await dashboard.ask(`/${SCRIPT}`, 'none');
  expect(script.headers['cache-control']).toBe('private, max-age=31536000, immutable');
  const again = await dashboard.ask('/', 'none', { headers: { 'if-none-match': String(index.headers.etag) } });
  expect([again.status, again.text]).toEqual([304, '']);
});

describe('what a reader sees', () => {
  test('all of it with the right for all namespaces', async () => {
    expect(JSON.parse((await dashboard.ask(`${API}/workloads`, 'all')).text).items).toEqual(['shop', 'street']);
  });

  test('only what is in namespaces in which pods may be listed', async () => {
    expect(JSON.parse((await dashboard.ask(`${API}/workloads`, 'shop')).text).items).toEqual(['shop']);
    expect(await dashboard.ask(`${API}/workloads?namespace=shop`, 'shop')).toMatchObject({ status: 200 });
  });

  test.each([
    ['the whole cluster', 'shop', '/overview', 'in all namespaces', 'clusterrolebinding'],
    ['another namespace', 'shop', '/workloads?namespace=street', 'in the namespace street', '-n street'],
    ['a workload elsewhere', 'shop', '/workloads/street/Deployment/web', 'in the namespace street', '-n street'],
    ['any namespace', 'none', '/workloads', 'in no namespace', 'rolebinding'],
    ['a stream', 'none', '/decisions/stream', 'in no namespace', 'rolebinding'],
  ])('not %s: what is missing is said, with the command that grants it', async (_, token, path, missing, command) => {
    const reply = await dashboard.ask(`${API}${path}`, token);
    expect(reply.status).toBe(403);
    const { message, next } = JSON.parse(reply.text);
    expect(message).toContain(missing);
    expect(next).toContain('kubectl create');
    expect(next).toContain(command);
    expect(next).toContain('--clusterrole=pillion-dashboard-reader');
  });
});

describe('in a cluster of more namespaces than are asked for one by one', () => {
  let large: TestDashboard;
  beforeAll(async () => {
    const namespaces = ['shop', ...Array.from({ length: 2_000 }, (_, index) => `team-${index}`)];
    const playground: DashboardData['playground'] = async (_, visible) => ({
      problems: namespaces.filter(visible).map((message) => ({ source: 'manifests', path: '', message })),
      workloads: [],
    });
    large = await runningDashboard({ data: { ...data, playground }, namespaces });
  });
  afterAll(() => large.stop());
  const tried = (question: object) =>
    large.ask(`${API}/playground`, 'shop', { body: JSON.stringify({ manifests: 'kind: Pod', ...question }) });
  const seenIn = async (question: object) =>
    JSON.parse((await tried(question)).text).problems.map(({ message }: { message: string }) => message);

  test.each(['/namespaces', '/workloads', '/decisions'])('%s tells of the one that is named', async (path) => {
    const unnamed = await large.ask(`${API}${path}`, 'shop');
    expect([unnamed.status, JSON.parse(unnamed.text)]).toEqual([
      403,
      {
        message: 'There are 2,001 namespaces, too many to ask in which of them you may list pods.',
        next: expect.stringContaining('field Namespace'),
      },
    ]);
    expect(await large.ask(`${API}${path}?namespace=shop`, 'shop')).toMatchObject({ status: 200 });
    expect(await large.ask(`${API}${path}?namespace=team-7`, 'shop')).toMatchObject({ status: 403 });
  });

  test('the playground knows the labels of the one that the question names', async () => {
    expect(await tried({})).toMatchObject({ status: 403 });
    expect(await tried({ namespace: '' })).toMatchObject({ status: 403 });
    expect(await tried({ namespace: 'team-7' })).toMatchObject({ status: 403 });
    expect(await seenIn({ namespace: 'shop' })).toEqual(['shop']);
  });

  test('where they are few, the playground knows all that are seen, whichever the question names', async () => {
    const seen: string[] = [];
    const playground: DashboardData['playground'] = async (_, visible) => {
      seen.push(...['shop', 'street', 'yard'].filter(visible));
      return { problems: [], workloads: [] };
    };
    const small = await runningDashboard({ data: { playground } });
    small.api.readers.set('two', ['shop', 'street']);
    const body = JSON.stringify({ manifests: 'kind: Pod', namespace: 'yard' });
    expect(await small.ask(`${API}/playground`, 'two', { body })).toMatchObject({ status: 200 });
    await small.stop();
    expect(seen).toEqual(['shop', 'street']);
  });
});

test('an answer of the API server is used for a while and not for long', async () => {
  dashboard.passTime(60_000);
  await dashboard.ask(`${API}/workloads`, 'all');
  const { calls } = dashboard.api;
  await dashboard.ask(`${API}/workloads`, 'all');
  expect(dashboard.api.calls).toBe(calls);
  dashboard.api.readers.delete('all');
  dashboard.passTime(60_000);
  expect(await dashboard.ask(`${API}/workloads`, 'all')).toMatchObject({ status: 401 });
  dashboard.api.readers.set('all', ['*']);
  dashboard.passTime(60_000);
});

test('while the API server is away, that is said', async () => {
  dashboard.passTime(60_000);
  dashboard.api.away = true;
  const reply = await dashboard.ask(`${API}/workloads`, 'all');
  dashboard.api.away = false;
  expect(reply.status).toBe(503);
  expect(JSON.parse(reply.text).message).toBe('The API server cannot be reached.');
  expect(await dashboard.ask(`${API}/workloads`, 'all')).toMatchObject({ status: 200 });
});

describe.each(PROTOCOLS)('over %s', (_, connect) => {
  let other: TestDashboard;
  beforeAll(async () => {
    other = await runningDashboard({ data, connect });
  });
  afterAll(() => other.stop());
  const question = JSON.stringify({ manifests: 'kind: Pod' });
  const post = (headers: Readonly<Record<string, string>>) =>
    other.ask(`${API}/playground`, 'all', { body: question, headers });

  test('the page itself may ask, and pages of other sites may not', async () => {
    expect(await post({})).toMatchObject({ status: 200 });
    expect(await post({ origin: other.url, 'sec-fetch-site': 'same-origin' })).toMatchObject({ status: 200 });
    expect(await post({ origin: 'https://evil.example' })).toMatchObject({ status: 403 });
    expect(await post({ 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 });
    expect(await post({ origin: 'null' })).toMatchObject({ status: 403 });
  });
});

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'HEAD'])('%s changes nothing', async (method) => {
  const caller = http2Caller(dashboard.url, dashboard.authority);
  const reply = await caller.call(`${API}/workloads`, undefined, { method, headers: { authorization: 'Bearer all' } });
  caller.close();
  expect(reply.status).toBe(404);
});
