import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { http2Caller, PROTOCOLS } from './callers.ts';
import { reviewOf } from './reviews.ts';
import { runningServer } from './running-server.ts';
import { until } from './until.ts';

const MiB = 1024 * 1024;
const rejected = (cause: string) => `pillion_admission_rejected_requests_total{cause="${cause}"}`;

describe.each(PROTOCOLS)('a slow body over %s', (_protocol, connect) => {
  test('that stops coming is refused after the deadline and counted; the next call is answered', async () => {
    const server = await runningServer({ limits: { receiveMs: 200 } });
    const caller = connect(server.url, server.authority);
    const headers = { 'content-length': '100' };
    const reply = await caller.call('/inject', '{"kind":', { end: false, headers });
    expect([reply.status, JSON.parse(reply.text).error]).toEqual([408, 'the body did not arrive within 200 ms']);
    expect(await server.metric(rejected('too_slow'))).toBe(1);
    expect((await caller.call('/inject', 'x')).status).toBe(400);
    caller.close();
    await server.stop();
  });

  test('that drips is refused after the deadline, however often a byte comes', async () => {
    const server = await runningServer({ limits: { receiveMs: 200 } });
    const caller = connect(server.url, server.authority);
    const drip = new PassThrough();
    const dripping = setInterval(() => drip.write(' '), 20);
    const reply = await caller.call('/inject', drip);
    clearInterval(dripping);
    expect([reply.status, await server.metric(rejected('too_slow'))]).toEqual([408, 1]);
    caller.close();
    await server.stop();
  });
});

describe('bodies that share one HTTP/2 connection', () => {
  test('uploads that together exceed the memory set aside are refused, and the next call is answered', async () => {
    const server = await runningServer({ limits: { maxReceivingBytes: MiB } });
    const caller = http2Caller(server.url, server.authority);
    const streams = [1, 2, 3].map(() => caller.open('/inject'));
    const statuses: unknown[] = [];
    for (const stream of streams) {
      stream.on('response', (headers) => statuses.push(headers[':status']));
      stream.write(Buffer.alloc(MiB / 2, ' '));
    }
    await until(() => statuses.includes(503));
    for (const stream of streams) stream.close();
    const review = reviewOf();
    await until(async () => (await caller.call('/inject', review.json)).status === 200);
    caller.close();
    await server.stop();
  });

  test('a caller that resets its stream is counted, and the connection goes on', async () => {
    const server = await runningServer();
    const caller = http2Caller(server.url, server.authority);
    const stream = caller.open('/inject', { headers: { 'content-length': '100' } });
    stream.write('{');
    const first = await caller.call('/inject', reviewOf().json);
    stream.close(8);
    await until(async () => (await server.metric(rejected('aborted'))) === 1);
    expect([first.status, (await caller.call('/inject', reviewOf().json)).status]).toEqual([200, 200]);
    caller.close();
    await server.stop();
  });
});
