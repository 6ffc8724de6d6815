import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { http2Caller } from './callers.ts';
import { reviewOf } from './reviews.ts';
import { runningServer, type TestServer } from './running-server.ts';
import { until } from './until.ts';

describe('the ops listener', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await runningServer();
  });
  afterEach(() => server.stop());
  const get = (path: string, method = 'GET') => fetch(`${server.opsUrl}${path}`, { method });

  test('is alive', async () => {
    const reply = await get('/livez');
    expect([reply.status, await reply.text()]).toEqual([200, 'alive\n']);
  });

  test('names every part that is missing, until it is there', async () => {
    const namespacesSynced = server.readiness.expect('namespaces');
    const policyLoaded = server.readiness.expect('policy');
    const before = await get('/readyz');
    expect([before.status, await before.text()]).toEqual([503, 'waiting for: namespaces, policy\n']);
    expect(await server.metric('pillion_ready{part="policy"}')).toBe(0);
    policyLoaded();
    expect(await (await get('/readyz')).text()).toBe('waiting for: namespaces\n');
    namespacesSynced();
    const after = await get('/readyz');
    expect([after.status, await after.text()]).toEqual([200, 'ready\n']);
    expect(await server.metric('pillion_ready{part="policy"}')).toBe(1);
  });

  test('says that it is stopping', async () => {
    const closed = server.close({ drainMs: 3_600_000, timeoutMs: 1_000 });
    await until(async () => (await (await get('/readyz')).text()).startsWith('stopping'));
    expect((await get('/livez')).status).toBe(200);
    await server.abort();
    await closed;
  });

  test('serves metrics by verdict and reason, with buckets from a quarter of a millisecond', async () => {
    const caller = http2Caller(server.url, server.authority);
    await caller.call('/inject', reviewOf().json);
    await caller.call('/warn', reviewOf(undefined, 'quiet').json);
    const reply = await until(async () => (await (await get('/metrics')).text()).includes('hook="warn"')).then(() =>
      get('/metrics'),
    );
    const text = await reply.text();
    expect(reply.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(text).toContain('pillion_admission_decisions_total{hook="inject",verdict="inject",reason="opted-in"} 1');
    expect(text).toContain('hook="warn",verdict="skip",reason="namespace-not-enabled"} 1');
    expect(text).toMatch(
      /pillion_admission_duration_seconds_bucket\{le="0.00025",hook="inject",verdict="inject"\} [01]/,
    );
    expect(text).toContain('pillion_admission_rejected_requests_total{cause="too_large"} 0');
    expect(text).toContain('pillion_build_info{version="0.0.0"');
    caller.close();
  });

  test('says what exists', async () => {
    const root = await (await get('/')).text();
    expect(root).toContain('/readyz');
    const unknown = await get('/health');
    expect([unknown.status, await unknown.text()]).toEqual([404, expect.stringContaining('/livez')]);
    expect((await get('/livez', 'POST')).status).toBe(405);
  });
});
