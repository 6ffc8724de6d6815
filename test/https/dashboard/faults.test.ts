import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiError, ClusterUnreachable } from '../../../src/cluster/api-error.ts';
import type { CertificatePair, CertificateSource } from '../../../src/cluster/certificates/certificate-source.ts';
import { issueSelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import type { DashboardData } from '../../../src/core/dashboard/dashboard-data.ts';
import { MOST_PLAYGROUND_BYTES } from '../../../src/core/dashboard/playground.ts';
import { API } from '../../../src/core/dashboard/routes.ts';
import { http1Caller, http2Caller } from '../callers.ts';
import { runningDashboard, type TestDashboard } from './running-dashboard.ts';

const fails = (error: Error) => async () => {
  throw error;
};
const data = {
  overview: fails(new ClusterUnreachable('https://api.example', new Error('refused'))),
  rollout: fails(new ApiError(403, 'Forbidden', 'rolloutplans is forbidden')),
  policy: fails(new Error('a secret of the program')),
  capacity: () => new Promise(() => {}),
  briefing: async () => undefined,
  namespaces: async () => ({ items: [], total: 0, asOf: '', remarks: [] }),
  playground: ({ manifests }: { manifests: string }) =>
    manifests === 'long' ? new Promise(() => {}) : Promise.resolve({ problems: [], workloads: [] }),
} as unknown as DashboardData;

let dashboard: TestDashboard;
beforeAll(async () => {
  dashboard = await runningDashboard({ data, limits: { answerMs: 200, maxQuestions: 2 } });
});
afterAll(() => dashboard.stop());

test.each([
  ['/overview', 503, 'The API server cannot be reached.', 'pillion doctor'],
  ['/rollout', 503, 'rolloutplans is forbidden', 'ServiceAccount of Pillion'],
  ['/policy', 500, 'Pillion failed to answer this.', 'log'],
  ['/capacity', 503, 'There is no answer after 0.2 seconds.', 'worked on'],
  ['/rollout/stages/first/briefing', 404, 'There is no such stage.', 'list'],
])('what fails at %s is told there, and the rest goes on', async (path, status, message, next) => {
  const reply = await dashboard.ask(`${API}${path}`, 'all');
  expect(reply.status).toBe(status);
  const told = JSON.parse(reply.text);
  expect(told).toEqual({ message: expect.stringContaining(message), next: expect.stringContaining(next) });
  expect(reply.text).not.toContain('secret');
  expect(await dashboard.ask(`${API}/namespaces`, 'all')).toMatchObject({ status: 200 });
});

test('more questions at once than there may be are sent away', async () => {
  const caller = http2Caller(dashboard.url, dashboard.authority);
  const asked = Array.from({ length: 5 }, () =>
    caller.call(`${API}/capacity`, undefined, { method: 'GET', headers: { authorization: 'Bearer all' } }),
  );
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  caller.close();
  expect(statuses.toSorted()).toEqual([429, 429, 429, 503, 503]);
});

describe('a question to the playground', () => {
  const ask = (body: string, headers: Readonly<Record<string, string>> = {}) =>
    dashboard.ask(`${API}/playground`, 'all', { body, headers });

  test.each([
    ['no JSON', '{', 400, 'readable'],
    ['what would poison objects', '{"manifests":"","__proto__":{}}', 400, 'readable'],
    ['without manifests', '{}', 400, 'lacks the key manifests'],
    ['a key that is not known', '{"manifests":"","colour":"red"}', 400, 'colour'],
    ['manifests that are no text', '{"manifests":[]}', 400, 'manifests'],
    ['too much', JSON.stringify({ manifests: 'x'.repeat(MOST_PLAYGROUND_BYTES) }), 413, 'too large'],
  ])('%s', async (_, body, status, message) => {
    const reply = await ask(body);
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.text).message).toContain(message);
  });

  test('one that is not answered in time is kept for nobody, and nothing else is said', async () => {
    const reply = await ask(JSON.stringify({ manifests: 'long' }));
    expect([reply.status, JSON.parse(reply.text).next]).toEqual([503, expect.stringContaining('kept for nobody')]);
  });

  test('a pod of a megabyte is taken', async () => {
    expect(await ask(JSON.stringify({ manifests: 'x'.repeat(1_000_000) }))).toMatchObject({ status: 200 });
  });

  test('a form of another site is not', async () => {
    expect(await ask('manifests=', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
  });

  test('is not read of whoever has no token', async () => {
    const reply = await dashboard.ask(`${API}/playground`, undefined, { body: '{' });
    expect(reply.status).toBe(401);
  });
});

test('a certificate that is renewed is served without a restart', async () => {
  const [first, second] = await Promise.all(
    [1, 2].map(() => issueSelfSigned({ names: ['localhost', '127.0.0.1'], now: new Date() })),
  );
  if (first === undefined || second === undefined) throw new Error('no certificate was issued');
  let renewed: (pair: CertificatePair) => void = () => {};
  const certificate: CertificateSource = {
    current: first.pair,
    onRenewed: (listener) => {
      renewed = listener;
      return () => {};
    },
  };
  const other = await runningDashboard({ data, certificate, authority: first.authority });
  const answered = async (authority: string) => {
    const caller = http1Caller(other.url, authority);
    const reply = await caller.call('/', undefined, { method: 'GET' }).catch((error: Error) => error.message);
    caller.close();
    return typeof reply === 'string' ? reply : reply.status;
  };
  expect(await answered(first.authority)).toBe(401);
  renewed(second.pair);
  expect([await answered(second.authority), await answered(first.authority)]).toEqual([401, expect.any(String)]);
  await other.stop();
});
