import { afterEach, describe, expect, test } from '@jest/globals';
import type { DashboardData } from '../../../src/core/dashboard/dashboard-data.ts';
import { API } from '../../../src/core/dashboard/routes.ts';
import { type Caller, http2Caller, PROTOCOLS } from '../callers.ts';
import { until } from '../until.ts';
import { runningDashboard, type TestDashboard, type TestDashboardOptions } from './running-dashboard.ts';

const callers: Caller[] = [];
let dashboard: TestDashboard;
afterEach(async () => {
  for (const caller of callers.splice(0)) caller.close();
  await dashboard.stop();
});

const rows = { items: [], total: 0, asOf: '', remarks: [] };
const served = async (data: object, limits: TestDashboardOptions['limits'] = {}) => {
  dashboard = await runningDashboard({ data: data as DashboardData, limits });
};

/** A connection from an address of this machine. */
function from(address: string): Caller {
  const caller = http2Caller(dashboard.url, dashboard.authority, address);
  callers.push(caller);
  return caller;
}
const get = (caller: Caller, path: string, token: string) =>
  caller.call(`${API}${path}`, undefined, { method: 'GET', headers: { authorization: `Bearer ${token}` } });

describe('a flood of made-up tokens', () => {
  const flood = (caller: Caller, tokens: number) =>
    Array.from({ length: tokens }, (_, at) => get(caller, '/workloads', `made-up-${callers.length}-${at}`));

  test('keeps out no reader who was let in before, and none from elsewhere', async () => {
    await served({ workloads: async () => rows });
    expect(await dashboard.ask(`${API}/workloads`, 'shop')).toMatchObject({ status: 200 });
    dashboard.passTime(60_000);
    const { calls } = dashboard.api;
    const pending = Promise.withResolvers<void>();
    dashboard.api.pending = { tokens: /^made-up/, over: pending.promise };
    const asked = ['127.0.0.1', '127.0.0.2', '127.0.0.3'].flatMap((address) => flood(from(address), 90));
    await until(() => dashboard.api.calls === calls + 12);
    // from an address of the flood, and from another
    expect(await dashboard.ask(`${API}/workloads`, 'shop')).toMatchObject({ status: 200 });
    expect(await get(from('127.0.0.4'), '/workloads', 'all')).toMatchObject({ status: 200 });
    pending.resolve();
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    // four of each address are asked about and 64 wait
    const count = (status: number) => statuses.filter((one) => one === status).length;
    expect([count(401), count(503)]).toEqual([3 * 68, 3 * 22]);
  });

  test('has nobody who is let in asked about again', async () => {
    await served({ workloads: async () => rows });
    await dashboard.ask(`${API}/workloads`, 'all');
    for (let round = 0; round < 20; round += 1) await Promise.all(flood(from('127.0.0.2'), 60));
    const { calls } = dashboard.api;
    expect(await dashboard.ask(`${API}/workloads`, 'all')).toMatchObject({ status: 200 });
    expect(dashboard.api.calls).toBe(calls);
  });
});

test('one reader who asks much keeps no other waiting', async () => {
  const gate = Promise.withResolvers<typeof rows>();
  await served(
    { namespaces: () => gate.promise, workloads: async () => rows },
    { maxQuestions: 3, maxQuestionsOfReader: 2 },
  );
  const much = from('127.0.0.1');
  const asked = Array.from({ length: 5 }, () => get(much, '/namespaces', 'shop'));
  const [first] = await Promise.all([Promise.race(asked), dashboard.ask(`${API}/workloads`, 'all')]);
  expect(first).toMatchObject({
    status: 429,
    text: expect.stringContaining('You have 2 questions under way already.'),
  });
  expect(await dashboard.ask(`${API}/workloads`, 'all')).toMatchObject({ status: 200 });
  gate.resolve(rows);
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([200, 200, 429, 429, 429]);
});

test.each(PROTOCOLS)('bodies that do not come over %s are few, and are cut', async (_, connect) => {
  await served(
    { playground: async () => ({ problems: [], workloads: [] }) },
    { maxBodies: 2, maxBodiesOfReader: 1, receiveMs: 500 },
  );
  const ask = (token: string) => dashboard.ask(`${API}/playground`, token, { body: '{"manifests":""}' });
  expect(await ask('shop')).toMatchObject({ status: 200 });
  const headers = { authorization: 'Bearer shop', 'content-type': 'application/json' };
  const slow = connect(dashboard.url, dashboard.authority);
  callers.push(slow);
  const cut = expect(slow.call(`${API}/playground`, '{"manifests":"', { headers, end: false })).rejects.toThrow();
  await until(async () => (await ask('shop')).status === 429);
  expect(await ask('all')).toMatchObject({ status: 200 });
  await cut;
  await until(async () => (await ask('shop')).status === 200);
});
