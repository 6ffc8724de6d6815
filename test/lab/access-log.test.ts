import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Compile } from 'typebox/compile';
import type { EnvoyProfile } from '../../src/core/api/envoy-profile.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { profileSpec } from '../traffic/profile-variants.ts';
import { GELF_1_1 } from './access-log/gelf.ts';
import { linesOf, lineWith, textsOf } from './access-log/lines.ts';
import { readByRsyslog } from './access-log/rsyslog.ts';
import { call } from './counted.ts';
import type { Lab } from './lab.ts';
import { SHOP, shopPod, shopReady, startShop } from './shop.ts';

// Envoy writes once a second
const WRITTEN_MS = 2500;
const READY = { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } };

let lab: Lab;
let client: PodWorker;
let server: PodWorker;

const startLogging = (change: Partial<EnvoyProfile['spec']['telemetry']['accessLog']>) => async () => {
  const { telemetry } = profileSpec();
  const accessLog = { ...telemetry.accessLog, ...change };
  lab = await startShop({ policy: { profile: { telemetry: { ...telemetry, accessLog } } } });
  await lab.apply(shopPod('server', 'lab/all', { container: READY }), shopPod('client', 'lab/client'));
  await shopReady(lab, 'server', 'client');
  client = lab.pod(SHOP, 'client');
  server = lab.pod(SHOP, 'server');
};

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const number = expect.any(Number);

describe('errors alone', () => {
  beforeAll(startLogging({ sampledPercent: 0 }));
  afterAll(async () => lab?.stop());

  const ask = (path: string) => call(lab, client, 'http', `http://${server.ip}:8080${path}`);

  test('a request that fails is a line of both sidecars, without the query', async () => {
    await ask('/status/503?token=secret');
    const common = {
      time: expect.stringMatching(TIME),
      method: 'GET',
      authority: `${server.ip}:8080`,
      path: '/status/503',
      status: 503,
      upstream_host: `${server.ip}:8080`,
    };
    expect(await lineWith(server, '/status/503')).toEqual({
      ...common,
      direction: 'inbound',
      protocol: 'HTTP/1.1',
      response_flags: '-',
      response_code_details: 'via_upstream',
      attempts: 1,
      bytes_received: 0,
      bytes_sent: number,
      duration_ms: number,
      upstream_ms: number,
      downstream_peer: expect.stringContaining(`${client.ip}:`),
    });
    expect(await lineWith(client, '/status/503')).toMatchObject({ ...common, direction: 'outbound' });
  });

  test('what the caller says of itself is in the line', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await fetch(`http://${server.ip}:8080/status/500`, { headers: { traceparent, 'x-request-id': 'own' } });
    expect(await lineWith(server, '/status/500')).toMatchObject({ status: 500, traceparent, request_id: 'own' });
  });

  test('a server that ends the connection instead of answering is told apart from one that answers 503', async () => {
    await ask('/reset');
    expect(await lineWith(server, '/reset')).toMatchObject({
      status: 503,
      response_flags: 'UC',
      response_code_details: expect.stringMatching(/^upstream_reset_before_response_started/),
    });
  });

  test('a gRPC call that the server fails is an error, though its status is 200', async () => {
    await call(lab, client, 'grpc', `http://${server.ip}:50051/`, 'Nothing', 'hello');
    const failed = { protocol: 'HTTP/2', status: 200, grpc_status: 'Unimplemented' };
    for (const pod of [client, server]) expect(await lineWith(pod, 'lab.Echo/Nothing')).toMatchObject(failed);
  });

  test('a connection that fails is a line of the sidecar that could not make it', async () => {
    await call(lab, client, 'tcp', server.ip, '9', 'x');
    expect(await lineWith(server, `${server.ip}:9"`)).toEqual({
      time: expect.stringMatching(TIME),
      direction: 'inbound',
      protocol: 'TCP',
      response_flags: 'UF,URX',
      upstream_failure: expect.stringContaining('Connection_refused'),
      upstream_host: `${server.ip}:9`,
      downstream_peer: expect.stringContaining(`${client.ip}:`),
      bytes_received: number,
      bytes_sent: 0,
      duration_ms: number,
    });
  });

  test('what goes well, or is the caller’s own mistake, is not written', async () => {
    // what the tests above have left
    await sleep(WRITTEN_MS);
    const written = async () => [await linesOf(client), await linesOf(server)];
    const before = await written();
    await ask('/');
    await ask('/status/404');
    await call(lab, client, 'grpc', `http://${server.ip}:50051/`, 'Say', 'hello');
    await call(lab, client, 'grpc', `http://${server.ip}:50051/`, 'Chat', 'one', 'two');
    await call(lab, client, 'h2', `http://${server.ip}:8080/`);
    await call(lab, client, 'websocket', `ws://${server.ip}:8080/`, 'one', 'two');
    await call(lab, client, 'greeting', server.ip, '9001');
    await call(lab, client, 'afterEnd', server.ip, '9002', 'x');
    await call(lab, client, 'https', `https://${server.ip}:8443/`);
    await call(lab, client, 'tcp', server.ip, '9000', 'some text\n');
    await sleep(WRITTEN_MS);
    expect(await written()).toEqual(before);
    expect(JSON.stringify(before)).not.toContain('secret');
  });
});

describe('everything, as GELF', () => {
  beforeAll(startLogging({ mode: 'All', format: 'Gelf', includeQuery: true }));
  afterAll(async () => lab?.stop());

  test('each line is a message of GELF 1.1, also what a hostile caller makes of it', async () => {
    const began = Date.now() / 1000;
    for (const path of ['/', '/status/404?why=1', '/status/500', '/reset', `/${'long'.repeat(2000)}`])
      await call(lab, client, 'http', `http://${server.ip}:8080${path}`);
    await call(lab, client, 'grpc', `http://${server.ip}:50051/`, 'Nothing', 'hello');
    await call(lab, client, 'tcp', server.ip, '9000', 'some text\n');
    await call(lab, client, 'tcp', server.ip, '9', 'x');
    await call(lab, client, 'websocket', `ws://${server.ip}:8080/ws`, 'one');
    const headers = { 'x-request-id': '"},"_id":"x', 'user-agent': 'test' };
    await fetch(`http://${server.ip}:8080/%22%5c%0a"?q=%c3%a4\\`, { headers });
    await lineWith(server, 'q=%c3%a4');
    const lines = await linesOf(server);
    const isGelf = Compile(GELF_1_1);
    for (const line of lines) expect([line, [...isGelf.Errors(line)]]).toEqual([line, []]);

    const [one = {}] = lines;
    for (const wrong of [
      { _id: 'x' },
      { timestamp: String(one.timestamp) },
      { _nested: {} },
      { status: 1 },
      { level: 8 },
    ])
      expect([wrong, isGelf.Check({ ...one, ...wrong })]).toEqual([wrong, false]);

    const levelOf = (message: string) =>
      lines.find(({ short_message }) => String(short_message).startsWith(message))?.level;
    const host = `${server.ip}:8080`;
    expect(levelOf(`GET ${host}/ 200 `)).toBe(6);
    expect(levelOf(`GET ${host}/status/404 404 -`)).toBe(4);
    expect(levelOf(`GET ${host}/status/500 500 -`)).toBe(3);
    expect(levelOf(`GET ${host}/reset 503 UC`)).toBe(3);
    expect(levelOf(`GET ${host}/ws 101 `)).toBe(6);
    expect(levelOf(`TCP ${server.ip}:9 UF,URX`)).toBe(3);
    expect(levelOf(`TCP ${server.ip}:9000 -`)).toBe(6);
    const missed = lines.find(({ _status }) => _status === 404);
    expect(missed).toMatchObject({ host: 'server', _path: '/status/404?why=1', _method: 'GET', _direction: 'inbound' });
    expect(Math.abs(Number(missed?.timestamp) - began)).toBeLessThan(60);
    for (const { _path } of lines) expect(String(_path ?? '').length).toBeLessThanOrEqual(1024);
  });

  test('rsyslog finds in each line what we do', async () => {
    const texts = await textsOf(server);
    expect(texts.length).toBeGreaterThan(8);
    const { read, refused } = await readByRsyslog([...texts, '{"version":"1.1",']);
    expect(read).toEqual(texts.map((text) => JSON.parse(text)));
    expect(refused).toEqual(['{"version":"1.1",']);
  });
});
