import { EventEmitter } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import pino from 'pino';
import type { Namespace } from '../../src/core/kubernetes/namespace.ts';
import { Shutdown, shutDownOnSignal } from '../../src/server/lifecycle.ts';
import { http1Caller, http2Caller, PROTOCOLS, replyOf } from './callers.ts';
import { askingPod, responseIn, reviewOf } from './reviews.ts';
import { runningServer } from './running-server.ts';
import { until } from './until.ts';

const FOR_EVER = 3_600_000;
const quiet = pino({ level: 'silent' });
const fresh = { name: 'fresh', labels: { 'istio-injection': 'enabled' } };

/** A live read that lands when the test says so: it keeps a call in flight. */
function heldRead() {
  let land: (namespace: Namespace) => void = () => {};
  let begun = false;
  return {
    begun: () => begun,
    land: () => land(fresh),
    readNamespace: () =>
      new Promise<Namespace>((resolve) => {
        begun = true;
        land = resolve;
      }),
  };
}

describe.each(PROTOCOLS)('stopping over %s', (_protocol, connect) => {
  test('completes the call in flight, then takes no new connection, then flushes the records', async () => {
    const held = heldRead();
    const server = await runningServer({ readNamespace: held.readNamespace, limits: { liveReadMs: 60_000 } });
    const caller = connect(server.url, server.authority);
    const review = reviewOf(askingPod(), 'fresh');
    const answer = caller.call('/inject', review.json);
    await until(held.begun);
    const closed = server.close({ drainMs: 0, timeoutMs: FOR_EVER });
    await until(async () => {
      const late = connect(server.url, server.authority);
      return late.call('/inject', reviewOf().json).then(
        () => late.close() ?? false,
        () => true,
      );
    });
    expect(server.flushes()).toBe(0);
    held.land();
    expect(responseIn((await answer).text)).toMatchObject({ uid: review.uid, patchType: 'JSONPatch' });
    expect(await closed).toBe('drained');
    expect([server.records.some(({ uid }) => uid === review.uid), server.flushes()]).toEqual([true, 1]);
    caller.close();
  });

  test('keeps serving while it drains', async () => {
    const server = await runningServer();
    const caller = connect(server.url, server.authority);
    const closed = server.close({ drainMs: FOR_EVER, timeoutMs: FOR_EVER });
    await until(async () => (await fetch(`${server.opsUrl}/readyz`)).status === 503);
    const reply = await caller.call('/inject', reviewOf().json);
    expect(reply.status).toBe(200);
    await server.abort();
    await closed;
    caller.close();
  });

  test('cuts a call that does not end in time, and still flushes', async () => {
    const held = heldRead();
    const server = await runningServer({ readNamespace: held.readNamespace, limits: { liveReadMs: 60_000 } });
    const caller = connect(server.url, server.authority);
    const answer = caller.call('/inject', reviewOf(askingPod(), 'fresh').json).catch(() => 'cut');
    await until(held.begun);
    expect(await server.close({ drainMs: 0, timeoutMs: 50 })).toBe('cut');
    expect([await answer, server.flushes()]).toEqual(['cut', 1]);
    held.land();
    caller.close();
  });
});

describe('stopping', () => {
  test('an HTTP/2 caller is sent GOAWAY while its call is still in flight', async () => {
    const held = heldRead();
    const server = await runningServer({ readNamespace: held.readNamespace, limits: { liveReadMs: 60_000 } });
    const caller = http2Caller(server.url, server.authority);
    const goaway = new Promise<number>((resolve) => caller.session.on('goaway', resolve));
    const stream = caller.open('/inject');
    stream.end(reviewOf(askingPod(), 'fresh').json);
    const reply = replyOf(stream);
    await until(held.begun);
    const closed = server.close({ drainMs: 0, timeoutMs: FOR_EVER });
    expect(await goaway).toBe(0);
    held.land();
    expect((await reply).status).toBe(200);
    expect(await closed).toBe('drained');
  });

  test('an HTTP/1.1 caller is asked to close while the server drains', async () => {
    const server = await runningServer();
    const caller = http1Caller(server.url, server.authority);
    const before = await caller.call('/inject', reviewOf().json);
    const closed = server.close({ drainMs: FOR_EVER, timeoutMs: FOR_EVER });
    const during = await caller.call('/inject', reviewOf().json);
    expect([before.headers.connection, during.headers.connection]).toEqual(['keep-alive', 'close']);
    await server.abort();
    await closed;
    caller.close();
  });

  test('asked twice, it stops once', async () => {
    const server = await runningServer();
    const times = { drainMs: 0, timeoutMs: FOR_EVER };
    expect(await Promise.all([server.close(times), server.close(times)])).toEqual(['drained', 'drained']);
    expect(server.flushes()).toBe(1);
  });

  test('the first signal drains; the second one cuts what is left at once', async () => {
    const held = heldRead();
    const server = await runningServer({ readNamespace: held.readNamespace, limits: { liveReadMs: 60_000 } });
    const caller = http2Caller(server.url, server.authority);
    const answer = caller.call('/inject', reviewOf(askingPod(), 'fresh').json).catch(() => 'cut');
    await until(held.begun);
    const signals = new EventEmitter();
    const stopped = shutDownOnSignal(signals, server, { drainMs: FOR_EVER, timeoutMs: FOR_EVER }, quiet);
    signals.emit('SIGTERM');
    await until(async () => (await fetch(`${server.opsUrl}/readyz`)).status === 503);
    signals.emit('SIGTERM');
    expect([await stopped, await answer, server.flushes()]).toEqual(['cut', 'cut', 1]);
    expect(signals.listenerCount('SIGTERM')).toBe(0);
    held.land();
    caller.close();
  });

  test('a stage that fails is logged, and the next ones follow', async () => {
    const log: string[] = [];
    const did: string[] = [];
    const failing = (stage: string) => async () => {
      did.push(stage);
      throw new Error(`${stage} broke`);
    };
    const shutdown = new Shutdown(
      {
        readinessOff: () => void did.push('readiness'),
        closeAdmission: failing('admission'),
        destroyConnections: () => void did.push('connections'),
        flushRecords: failing('records'),
        closeOps: failing('ops'),
      },
      pino({}, { write: (line) => void log.push(line) }),
    );
    expect(await shutdown.run({ drainMs: 0, timeoutMs: FOR_EVER })).toBe('cut');
    expect(did).toEqual(['readiness', 'admission', 'connections', 'records', 'ops']);
    expect(log.map((line) => JSON.parse(line).err.message)).toEqual(['admission broke', 'records broke', 'ops broke']);
  });

  test('a signal ends the process even when the shutdown fails, and says why', async () => {
    const log: string[] = [];
    const signals = new EventEmitter();
    const broken = () => Promise.reject(new Error('it broke'));
    const stopped = shutDownOnSignal(
      signals,
      { close: broken, abort: broken },
      { drainMs: 0, timeoutMs: 0 },
      pino({}, { write: (line) => void log.push(line) }),
    );
    signals.emit('SIGTERM');
    signals.emit('SIGTERM');
    expect(await stopped).toBe('cut');
    expect(log.filter((line) => line.includes('it broke'))).toHaveLength(2);
  });
});
