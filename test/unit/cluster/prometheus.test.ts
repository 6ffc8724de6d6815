import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { issueSelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import { addressText, prometheusAddress } from '../../../src/cluster/prometheus/address.ts';
import type { Credentials } from '../../../src/cluster/prometheus/by-address.ts';
import { prometheusAt } from '../../../src/cluster/prometheus/prometheus.ts';
import { type FakeApiServer, fakeApiServer } from './fake-api-server.ts';

const UP = '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"pod":"a"},"value":[1,"2"]}]}}';
const READ = { samples: [{ labels: { pod: 'a' }, value: 2 }] };

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const text =
  (status: number, body: string, headers = {}): Answer =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/** A server that answers as no Prometheus of the tests can be made to. */
async function served(answer: Answer, pair?: { readonly certificate: string; readonly key: string }): Promise<URL> {
  const server =
    pair === undefined ? createHttp(answer) : createHttps({ cert: pair.certificate, key: pair.key }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ended.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`${pair === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

let api: FakeApiServer;
beforeAll(async () => {
  api = await fakeApiServer();
});
afterAll(() => api.close());

const ask = (url: URL, credentials: Credentials = {}, withinMs = 5_000, signal = new AbortController().signal) =>
  prometheusAt({ kind: 'Url', url }, credentials, api.transport, withinMs).query('up', signal);

test('a query is posted, with the token, below the path of the address', async () => {
  const seen: unknown[] = [];
  const url = await served((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      seen.push([request.method, request.url, request.headers.authorization, new URLSearchParams(body).get('query')]);
      response.end(UP);
    });
  });
  url.pathname = '/metrics/';
  expect(await ask(url, { token: 'secret' })).toEqual(READ);
  expect(seen).toEqual([['POST', '/metrics/api/v1/query', 'Bearer secret', 'up']]);
});

test('who takes no POST is asked by GET', async () => {
  const url = await served((request, response) =>
    text(request.method === 'GET' && request.url?.includes('query=up') ? 200 : 405, UP)(request, response),
  );
  expect(await ask(url)).toEqual(READ);
});

test.each<[string, Answer, string, string | undefined]>([
  ['no token', text(401, 'Unauthorized'), 'refuses who asks (HTTP 401)', '--prometheus-token-file'],
  ['no JSON', text(200, '<html>Grafana</html>'), 'answers no JSON: "<html>Grafana</html>"', undefined],
  ['another JSON', text(200, '[]'), 'answers no JSON', undefined],
  [
    'another shape',
    text(200, '{"status":"success","data":{"resultType":"vector","result":[{}]}}'),
    'a series of another shape',
    undefined,
  ],
  [
    'a matrix',
    text(200, '{"status":"success","data":{"resultType":"matrix","result":[]}}'),
    'answers "matrix" in place of a vector',
    undefined,
  ],
  ['a text in place of a number', text(200, UP.replace('"2"', '"many"')), 'a series of another shape', undefined],
  [
    'a warning',
    text(200, UP.replace('{', '{"warnings":["a store is away"],')),
    'warns that its answer is not whole: "a store is away"',
    undefined,
  ],
  [
    'a query that it does not take',
    text(422, '{"status":"error","errorType":"execution","error":"too many samples"}'),
    'refuses the query: "execution: too many samples"',
    undefined,
  ],
  ['another path', text(404, 'not found'), 'answers with HTTP 404', 'with the path under which it serves'],
  ['somewhere else', text(302, '', { location: 'http://127.0.0.1:1/' }), 'answers with HTTP 302', 'redirects'],
  ['a broken backend', text(502, 'bad gateway'), 'answers with HTTP 502', undefined],
  [
    'half an answer',
    (request, response) =>
      void response.writeHead(200, { 'content-length': 99 }).write('{', () => request.socket.destroy()),
    'cannot be reached',
    'whether it runs',
  ],
  ['nothing but a cut', (request) => void request.socket.destroy(), 'cannot be reached', 'whether it runs'],
])('%s is no figure, and says why', async (_what, answer, problem, next) => {
  const said = await ask(await served(answer));
  expect(said).toEqual({
    problem: expect.stringContaining(problem),
    ...(next !== undefined || 'next' in said ? { next: expect.stringContaining(next ?? '') } : {}),
  });
});

test('an answer without end is given up', async () => {
  const chunk = Buffer.alloc(2 ** 20, ' ');
  const url = await served((_request, response) => {
    const more = () => {
      while (response.write(chunk));
    };
    response.on('drain', more);
    more();
  });
  expect(await ask(url, {}, 120_000)).toMatchObject({
    problem: expect.stringContaining('answers too much: it is longer than 32 MiB'),
  });
});

test('one that does not answer is given up, and an interruption ends it at once', async () => {
  const url = await served(() => {});
  expect(await ask(url, {}, 50)).toMatchObject({ problem: expect.stringContaining('has not answered within 0.05 s') });
  const stopping = new AbortController();
  const asked = ask(url, {}, 60_000, stopping.signal);
  stopping.abort(new Error('it was interrupted'));
  await expect(asked).rejects.toThrow('it was interrupted');
});

test('where nobody listens, that is said, and no password', async () => {
  const url = await served(text(200, UP));
  for (const end of ended.splice(0)) end();
  url.username = 'kim';
  url.password = 'secret';
  const said = await ask(url);
  expect(said).toMatchObject({ problem: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/) });
  expect(JSON.stringify(said)).not.toContain('secret');
});

test('a certificate of one’s own has to be trusted', async () => {
  const { pair, authority } = await issueSelfSigned({ names: ['127.0.0.1'], now: new Date() });
  const url = await served(text(200, UP), pair);
  expect(await ask(url)).toMatchObject({ next: expect.stringContaining('--prometheus-ca-file') });
  expect(await ask(url, { ca: authority })).toEqual(READ);
});

describe('through the API server', () => {
  const address = { kind: 'Service', namespace: 'monitoring', service: 'prometheus:9090', prefix: '' } as const;
  const through = () => prometheusAt(address, {}, api.transport).query('up', new AbortController().signal);
  const status = (code: number, message: string) => (_request: unknown, response: ServerResponse) =>
    void response.writeHead(code).end(JSON.stringify({ kind: 'Status', message }));

  test('the proxy of the Service is posted to', async () => {
    api.script((_request, response) => response.end(UP));
    expect(await through()).toEqual(READ);
    expect(api.seen.at(-1)).toMatchObject({
      method: 'POST',
      path: '/api/v1/namespaces/monitoring/services/prometheus:9090/proxy/api/v1/query',
      body: expect.stringContaining('query=up'),
    });
  });

  test('who may only get is asked by GET', async () => {
    api.script(status(403, 'cannot create services/proxy'), (_request, response) => response.end(UP));
    expect(await through()).toEqual(READ);
    expect(api.seen.at(-1)).toMatchObject({ method: 'GET' });
  });

  test.each([
    [403, 'forbidden', 'may not be asked through the API server', 'create services/proxy in monitoring'],
    [404, 'services "prometheus" not found', 'services "prometheus" not found', 'whether it runs'],
    [503, 'no endpoints available', 'no endpoints available', 'whether it runs'],
  ])('%d is told', async (code, message, problem, next) => {
    api.script(status(code, message));
    expect(await through()).toEqual({
      problem: expect.stringContaining(problem),
      next: expect.stringContaining(next),
    });
  });
});

test.each([
  ['https://metrics.example/prometheus/', 'https://metrics.example/prometheus'],
  ['http://kim:secret@127.0.0.1:9090', 'http://127.0.0.1:9090'],
  ['monitoring/prometheus:9090', 'monitoring/prometheus:9090'],
  ['monitoring/https:prometheus:web/prom', 'monitoring/https:prometheus:web/prom'],
  ['monitoring/prometheus', 'monitoring/prometheus'],
  ['prometheus:9090', undefined],
  ['ftp://metrics.example', undefined],
  ['https://', undefined],
  ['https://metrics.example/?query=up', undefined],
  ['monitoring/prometheus:9090/../../secrets', undefined],
  ['monitoring/prometheus:9090?x', undefined],
  ['../prometheus:9090', undefined],
  ['', undefined],
])('%s is read as %s', (written, where) => {
  const address = prometheusAddress(written);
  expect(address && addressText(address)).toBe(where);
});
