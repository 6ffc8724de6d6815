import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { DashboardData } from '../../../src/core/dashboard/dashboard-data.ts';
import { Refusal } from '../../../src/core/dashboard/document.ts';
import { API } from '../../../src/core/dashboard/routes.ts';
import { Fault } from '../../../src/core/problem/faults.ts';
import { validAnswer } from '../../core-fixtures/valid-answer.ts';
import { http1Caller } from '../callers.ts';
import { runningDashboard, SCRIPT, SCRIPT_TEXT, type TestDashboard } from './running-dashboard.ts';

let dashboard: TestDashboard;
afterEach(() => dashboard.stop());

/** Whatever the routes were asked; what a route answers with is another test's concern. */
function answering(data: Readonly<Record<string, (query: unknown) => Promise<unknown>>>) {
  const asked: unknown[] = [];
  const noting = Object.entries(data).map(([name, answer]) => [
    name,
    (query: unknown) => {
      asked.push(query);
      return answer(query);
    },
  ]);
  return { asked, data: Object.fromEntries(noting) as unknown as DashboardData };
}
const refusalIn = (text: string) => validAnswer(Refusal, JSON.parse(text) as Refusal);

describe('what is asked', () => {
  test.each([
    ['/overview', { days: 30 }],
    ['/overview?days=7', { days: 7 }],
    ['/workloads?search=%3Cb%3E&tribe=__proto__', { limit: 100, search: '<b>', tribe: '__proto__' }],
    ['/workloads/shop/Deployment/a%2Fb', { namespace: 'shop', kind: 'Deployment', name: 'a/b' }],
    ['/rollout/stages/__proto__/briefing', { stage: '__proto__' }],
  ])('%s', async (path, query) => {
    const nothing = async () => ({});
    const { asked, data } = answering({
      ...{ overview: nothing, workloads: nothing, workload: nothing, briefing: nothing },
    });
    dashboard = await runningDashboard({ data });
    expect(await dashboard.ask(`${API}${path}`, 'all')).toMatchObject({ status: 200 });
    expect(asked).toEqual([query]);
  });

  test.each([
    ['/overview?days=366', 'days', '365'],
    ['/overview?days=-1', 'days', '1'],
    ['/workloads?limit=501', 'limit', '500'],
    ['/workloads?__proto__=a', '__proto__', 'search'],
    ['/workloads?namespace=a&namespace=b', 'namespace', 'twice'],
    ['/rollout?days=1', 'days', 'none is accepted'],
  ])('%s is not accepted: %s, %s', async (path, name, accepted) => {
    const { asked, data } = answering({});
    dashboard = await runningDashboard({ data });
    const reply = await dashboard.ask(`${API}${path}`, 'all');
    expect(reply.status).toBe(400);
    const { message } = refusalIn(reply.text);
    expect(message).toContain(name);
    expect(message).toContain(accepted);
    expect(asked).toEqual([]);
  });
});

test('an answer that is known already is not sent again, until it is another', async () => {
  let figure = 1;
  const { data } = answering({ capacity: async () => ({ figure }) });
  dashboard = await runningDashboard({ data });
  const first = await dashboard.ask(`${API}/capacity`, 'all');
  const again = (etag: string) => dashboard.ask(`${API}/capacity`, 'all', { headers: { 'if-none-match': etag } });
  const etag = String(first.headers.etag);
  for (const known of [etag, `"other", ${etag}`, etag.replace('W/', ''), '*'])
    expect(await again(known)).toMatchObject({ status: 304, text: '', headers: { etag } });
  expect(await again('"other"')).toMatchObject({ status: 200 });
  figure = 2;
  expect(await again(etag)).toMatchObject({ status: 200, text: '{"figure":2}' });
});

describe('what is large is compressed for whoever wants that', () => {
  const rows = Array.from({ length: 500 }, (_, index) => ({ name: `web-${index}` }));
  const forms = [
    ['the API', `${API}/capacity`, JSON.stringify({ rows })],
    ['a file of the page', `/${SCRIPT}`, SCRIPT_TEXT],
  ] as const;

  test.each(forms)('%s', async (_, path, text) => {
    dashboard = await runningDashboard({ data: answering({ capacity: async () => ({ rows }) }).data });
    const raw = (accepted: string) => rawBody(`${dashboard.url}${path}`, dashboard.authority, accepted);
    const [zipped, plain] = [await raw('br, gzip, deflate'), await raw('identity')];
    expect([zipped.headers['content-encoding'], plain.headers['content-encoding']]).toEqual(['gzip', undefined]);
    expect(gunzipSync(zipped.body).toString()).toBe(text);
    expect(plain.body.toString()).toBe(text);
    expect(zipped.body.length).toBeLessThan(text.length / 4);
    expect(zipped.headers.etag).toBe(plain.headers.etag);
    for (const refused of ['gzip;q=0', 'br']) expect((await raw(refused)).headers['content-encoding']).toBeUndefined();
  });

  test('not what is small, and no stream', async () => {
    dashboard = await runningDashboard({ data: answering({ capacity: async () => ({}) }).data });
    const { headers } = await rawBody(`${dashboard.url}${API}/capacity`, dashboard.authority, 'gzip');
    expect(headers['content-encoding']).toBeUndefined();
    const stream = await rawHead(`${dashboard.url}${API}/decisions/stream`, dashboard.authority, 'gzip');
    expect([stream.statusCode, stream.headers['content-encoding']]).toEqual([200, undefined]);
    stream.destroy();
  });
});

/** The head of an answer, and its body as it comes. */
async function rawHead(url: string, ca: string, accepted: string): Promise<IncomingMessage> {
  const call = request(url, {
    ca,
    headers: { authorization: 'Bearer all', 'accept-encoding': accepted },
    agent: false,
  });
  call.on('error', () => {}).end();
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  return response.on('error', () => {});
}

async function rawBody(url: string, ca: string, accepted: string) {
  const response = await rawHead(url, ca, accepted);
  return { headers: response.headers, body: Buffer.concat(await response.toArray()) };
}

const FAULTS: readonly (readonly [string, Error, number, string])[] = [
  ['it does not answer in time', Object.assign(new Error('late'), { name: 'TimeoutError' }), 503, 'doctor'],
  ['what stands there is broken', new Fault('PIL002', [{ path: '/spec', message: 'is no spec' }]), 500, 'Mend'],
];

test.each(FAULTS)('when %s, one route says so and the others go on', async (_, error, status, next) => {
  const { data } = answering({ capacity: () => Promise.reject(error), overview: async () => ({ fine: true }) });
  dashboard = await runningDashboard({ data });
  const reply = await dashboard.ask(`${API}/capacity`, 'all');
  expect(reply.status).toBe(status);
  const refusal = refusalIn(reply.text);
  expect(refusal.next).toContain(next);
  expect(await dashboard.ask(`${API}/overview`, 'all')).toMatchObject({ status: 200, text: '{"fine":true}' });
  const counted = `pillion_dashboard_requests_total{route="capacity",status="${status}"}`;
  expect(await dashboard.metric(counted)).toBe(1);
});

test('more connections than there may be are closed, and those that are open go on', async () => {
  const { data } = answering({ overview: async () => ({}) });
  dashboard = await runningDashboard({ data, limits: { maxConnections: 1 } });
  expect(await dashboard.ask(`${API}/overview`, 'all')).toMatchObject({ status: 200 });
  const another = http1Caller(dashboard.url, dashboard.authority);
  await expect(another.call('/', undefined, { method: 'GET' })).rejects.toThrow();
  another.close();
  expect(await dashboard.ask(`${API}/overview`, 'all')).toMatchObject({ status: 200 });
});
