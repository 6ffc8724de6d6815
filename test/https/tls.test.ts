import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { http2Caller } from './callers.ts';
import { handshake } from './handshake.ts';
import { reviewOf } from './reviews.ts';
import { runningServer, type TestServer } from './running-server.ts';
import { until } from './until.ts';

const faults = (fault: string) => `pillion_admission_connection_faults_total{fault="${fault}"}`;

/** Sends bytes without TLS; resolves when the server has ended the connection. */
function sendPlain(server: TestServer, bytes: string): Promise<unknown> {
  const socket = connectTcp(server.admissionPort, '127.0.0.1', () => socket.write(bytes));
  socket.on('error', () => {});
  socket.resume();
  return new Promise((resolve) => socket.on('close', resolve));
}

/** Sends bytes as HTTP/1.1 over TLS; resolves with what came back when the server has ended the connection. */
function sendSecure(server: TestServer, bytes: string): Promise<string> {
  const { admissionPort: port, authority: ca } = server;
  const socket = connectTls({ host: '127.0.0.1', port, ca, ALPNProtocols: ['http/1.1'] });
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  socket.write(bytes);
  return new Promise((resolve) => socket.on('close', () => resolve(text)));
}

describe('connections', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await runningServer();
  });
  afterEach(() => server.stop());

  test.each(['TLSv1', 'TLSv1.1'] as const)('%s is refused and counted', async (maxVersion) => {
    await expect(handshake(server, { maxVersion })).rejects.toThrow(/protocol version|unsupported protocol/i);
    await until(async () => (await server.metric(faults('tls'))) === 1);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (maxVersion) => {
    expect((await handshake(server, { maxVersion })).protocol).toBe(maxVersion);
  });

  test('HTTP/2 is preferred, HTTP/1.1 is accepted', async () => {
    const both = await handshake(server);
    const old = await handshake(server, { ALPNProtocols: ['http/1.1'] });
    expect([both.alpn, old.alpn]).toEqual(['h2', 'http/1.1']);
  });

  test('plain HTTP instead of TLS ends the connection and is counted', async () => {
    await sendPlain(server, 'GET / HTTP/1.1\r\n\r\n');
    await until(async () => (await server.metric(faults('tls'))) === 1);
  });

  test('nonsense instead of HTTP is answered and counted', async () => {
    expect(await sendSecure(server, 'NONSENSE\r\n\r\n')).toContain('HTTP/1.1 400');
    await until(async () => (await server.metric(faults('malformed_http'))) === 1);
  });

  test('nonsense instead of HTTP/2 frames ends that connection only', async () => {
    const port = server.admissionPort;
    const socket = connectTls({ host: '127.0.0.1', port, ca: server.authority, ALPNProtocols: ['h2'] });
    socket.on('error', () => {});
    socket.resume();
    socket.write('this is not the preface of HTTP/2, and it is long enough to be judged');
    await new Promise((resolve) => socket.on('close', resolve));
    await until(async () => (await server.metric(faults('http2_session'))) === 1);
    const caller = http2Caller(server.url, server.authority);
    expect((await caller.call('/inject', reviewOf().json)).status).toBe(200);
    caller.close();
  });
});

describe('connections on which nothing more comes', () => {
  test('during the handshake are ended and counted', async () => {
    const server = await runningServer({ limits: { handshakeMs: 100 } });
    await sendPlain(server, '');
    await until(async () => (await server.metric(faults('tls'))) === 1);
    await server.stop();
  });

  test('in the middle of an HTTP/1.1 head are answered and counted', async () => {
    const server = await runningServer({ limits: { idleMs: 100 } });
    expect(await sendSecure(server, 'POST /inject HTTP/1.1\r\nHost: a\r\n')).toContain('HTTP/1.1 408');
    await until(async () => (await server.metric(faults('request_timeout'))) === 1);
    await server.stop();
  });

  test('at all are kept as long as between two requests, for an API server may be about to use them', async () => {
    const server = await runningServer({ limits: { idleMs: 3_000, receiveMs: 100 } });
    const opened = performance.now();
    expect(await sendSecure(server, '')).toContain('HTTP/1.1 408');
    expect(performance.now() - opened).toBeGreaterThan(2_900);
    await server.stop();
  });

  test('between two requests are closed after the idle time', async () => {
    const server = await runningServer({ limits: { idleMs: 100 } });
    const caller = http2Caller(server.url, server.authority);
    const ended = new Promise((resolve) => caller.session.on('close', resolve));
    await caller.call('/inject', reviewOf().json);
    await ended;
    await server.stop();
  });
});
