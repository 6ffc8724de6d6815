import type { Exchange } from './exchange.ts';

const lines = (...parts: readonly string[]) => parts.join('\r\n');
const request = (...header: readonly string[]) => `${header.join('\r\n')}\r\n\r\n`;
const GET = request('GET /path?q=1 HTTP/1.1', 'Host: shop.test', 'User-Agent: raw');
const DATE = 'Date: Mon, 23 Nov 2026 12:00:00 GMT';
const OK = lines('HTTP/1.1 200 OK', DATE, 'Content-Length: 2', '', 'OK');
const status = (code: number, text: string) => lines(`HTTP/1.1 ${code} ${text}`, DATE, 'Content-Length: 2', '', 'OK');

const once = (name: string, send: string, more: Partial<Exchange> = {}): Exchange => ({
  name,
  clients: [[send]],
  answers: [OK],
  ...more,
});

const upgrade = (name: string, ...header: readonly string[]): Exchange => ({
  name: `an upgrade to ${name}`,
  clients: [[request(...header, `Upgrade: ${name}`, 'Connection: Upgrade'), 'a raw question\r\n\r\n']],
  answers: [
    request('HTTP/1.1 101 Switching Protocols', `Upgrade: ${name}`, 'Connection: Upgrade', DATE),
    'a raw answer: OK',
  ],
  answerEnds: '',
});

const WEBSOCKET = upgrade(
  'websocket',
  'GET /chat HTTP/1.1',
  'Host: shop.test',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
);

export const MANY_CLIENTS = 'many clients, and none of them left';
export const LONG_PAUSE = 'a client that pauses longer than an upstream connection waits';

/** Each is sent once directly and once through the sidecar in each direction; what each end sees must be the same. */
export const ROWS: readonly Exchange[] = [
  once('a plain request', GET),
  once('spelling of header names', request('GET / HTTP/1.1', 'hOST: shop.test', 'x-LOWER-Upper: a', 'ETAG: b'), {
    answers: [
      lines('HTTP/1.1 200 OK', 'dATE: Mon, 23 Nov 2026 12:00:00 GMT', 'X-mIXed: a', 'content-LENGTH: 2', '', 'OK'),
    ],
  }),
  once(
    'unusual headers',
    request(
      'GET / HTTP/1.1',
      'Host: shop.test',
      "!#$%&'*+-.^_`|~: a",
      'under_score: b',
      'X-Empty:',
      'X-Latin: caf\xe9',
      'Twice: 1',
      'Twice: 2',
      'Via: 1.1 own',
      'Forwarded: for=10.0.0.9',
    ),
    {
      answers: [
        lines(
          'HTTP/1.1 200 Fine indeed',
          DATE,
          'under_score: b',
          'Set-Cookie: a=1',
          'Set-Cookie: b=2',
          'X-Empty:',
          'Server: own',
          'Via: 1.1 own',
          'Content-Length: 2',
          '',
          'OK',
        ),
      ],
    },
  ),
  once('no User-Agent', request('GET / HTTP/1.1', 'Host: shop.test')),
  once(
    'its own X-Request-Id',
    request(
      'GET / HTTP/1.1',
      'Host: shop.test',
      'X-Request-Id: own',
      'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ),
  ),
  once(
    'its own X-Forwarded headers',
    request(
      'GET / HTTP/1.1',
      'Host: shop.test',
      'X-Forwarded-For: 203.0.113.9, 10.0.0.1',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: own',
      'X-Forwarded-Port: 9',
      'X-Forwarded-Client-Cert: By=own',
    ),
  ),
  once('an X-Forwarded-For from within', request('GET / HTTP/1.1', 'Host: shop.test', 'X-Forwarded-For: 10.0.0.1')),
  once('an X-Forwarded-Proto that is none', request('GET / HTTP/1.1', 'Host: shop.test', 'X-Forwarded-Proto: gopher')),
  once(
    'its own X-Envoy headers',
    request(
      'GET / HTTP/1.1',
      'Host: shop.test',
      'X-Forwarded-For: 10.0.0.1',
      'X-Envoy-Own: 1',
      'X-Envoy-Max-Retries: 3',
      'X-Envoy-Retry-On: 5xx',
      'X-Envoy-Upstream-Rq-Timeout-Ms: 1',
      'X-Envoy-Internal: true',
      'X-Envoy-External-Address: 10.0.0.1',
      'X-Envoy-Original-Path: /own',
    ),
    {
      answers: [
        lines(
          'HTTP/1.1 503 Own',
          DATE,
          'X-Envoy-Upstream-Service-Time: 7',
          'X-Envoy-Own: 2',
          'Content-Length: 2',
          '',
          'OK',
        ),
      ],
    },
  ),
  once('Expect: 100-continue', '', {
    clients: [
      [request('POST / HTTP/1.1', 'Host: shop.test', 'Expect: 100-continue', 'Content-Length: 8'), 'body\r\n\r\n'],
    ],
    answers: [request('HTTP/1.1 100 Continue'), OK],
    answerEnds: '',
  }),
  once(
    'a body by length',
    `${request('POST / HTTP/1.1', 'Host: shop.test', 'Content-Type: text/plain', 'Content-Length: 4')}body`,
    { requestEnds: 'body' },
  ),
  once(
    'a body in chunks with trailers',
    `${request('POST / HTTP/1.1', 'Host: shop.test', 'Transfer-Encoding: chunked', 'Trailer: X-Sum')}4\r\nbody\r\n0\r\nX-Sum: 1\r\n\r\n`,
    {
      requestEnds: '1\r\n\r\n',
      answers: [
        `${request('HTTP/1.1 200 OK', DATE, 'Transfer-Encoding: chunked', 'Trailer: X-Sum')}2\r\nOK\r\n0\r\nX-Sum: 2\r\n\r\n`,
      ],
      answerEnds: '2\r\n\r\n',
    },
  ),
  once(
    'headers of 200 KiB',
    request(
      'GET / HTTP/1.1',
      'Host: shop.test',
      ...Array.from({ length: 50 }, (_, n) => `X-Large-${n}: ${'v'.repeat(4096)}`),
    ),
    {
      answers: [
        lines(
          'HTTP/1.1 200 OK',
          DATE,
          ...Array.from({ length: 50 }, (_, n) => `X-Large-${n}: ${'v'.repeat(4096)}`),
          'Content-Length: 2',
          '',
          'OK',
        ),
      ],
      answerEnds: '\r\nOK',
    },
  ),
  once(
    '300 header fields',
    request('GET / HTTP/1.1', 'Host: shop.test', ...Array.from({ length: 300 }, (_, n) => `X-${n}: ${n}`)),
  ),
  once('HTTP/1.0', request('GET / HTTP/1.0', 'User-Agent: raw')),
  once('HTTP/1.0 with Keep-Alive', request('GET / HTTP/1.0', 'Host: shop.test', 'Connection: keep-alive')),
  once('Connection: close', request('GET / HTTP/1.1', 'Host: shop.test', 'Connection: close')),
  once(
    'Connection: keep-alive and its parameters',
    request(
      'GET / HTTP/1.1',
      'Host: shop.test',
      'Connection: keep-alive',
      'Keep-Alive: timeout=5',
      'Proxy-Connection: keep-alive',
      'TE: trailers',
    ),
  ),
  WEBSOCKET,
  { ...WEBSOCKET, name: 'a websocket that is silent for a while', pauseMs: 4_500 },
  upgrade('tcp', 'POST /containers/1/attach HTTP/1.1', 'Host: docker.test', 'Content-Length: 0'),
  upgrade('SPDY/3.1', 'POST /exec HTTP/1.1', 'Host: kube.test', 'Content-Length: 0'),
  upgrade('spice', 'GET /console HTTP/1.1', 'Host: virt.test'),
  once(
    'an upgrade to h2c that the server declines',
    request(
      'GET / HTTP/1.1',
      'Host: shop.test',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
    ),
  ),
  once(
    'an upgrade to TLS that the server declines',
    request('GET / HTTP/1.1', 'Host: shop.test', 'Upgrade: TLS/1.2', 'Connection: Upgrade'),
  ),
  once('a tunnel by CONNECT', '', {
    clients: [[request('CONNECT elsewhere.test:443 HTTP/1.1', 'Host: elsewhere.test:443'), 'a raw question\r\n\r\n']],
    answers: [request('HTTP/1.1 200 Connection established', DATE), 'a raw answer: OK'],
    answerEnds: '',
  }),
  once('a custom method', request('FETCHALL /x HTTP/1.1', 'Host: shop.test')),
  once('a custom method as a later request', '', {
    clients: [[GET, request('FETCHALL /x HTTP/1.1', 'Host: shop.test')]],
    answers: [OK, OK.replace('OK', 'Again')],
  }),
  once('methods of WebDAV', request('PROPFIND /x HTTP/1.1', 'Host: shop.test', 'Depth: 1')),
  once('OPTIONS *', request('OPTIONS * HTTP/1.1', 'Host: shop.test')),
  once(
    'absolute form, as to a forward proxy',
    request('GET http://elsewhere.test:81/x HTTP/1.1', 'Host: elsewhere.test:81'),
  ),
  once('a fragment', request('GET /x#part HTTP/1.1', 'Host: shop.test')),
  once('an unusual path', request('GET //a/../b/./c%2Fd%2e%00?x=%zz&y HTTP/1.1', 'Host: shop.test:8080')),
  once('an answer without a date', GET, { answers: [lines('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'OK')] }),
  ...(
    [
      [404, 'Not Found'],
      [500, 'Internal Server Error'],
      [503, 'Service Unavailable'],
    ] as const
  ).map(([code, text]) => once(`an answer ${code}`, GET, { answers: [status(code, text)] })),
  once('an answer without a reason', GET, { answers: [lines('HTTP/1.1 200 ', DATE, 'Content-Length: 2', '', 'OK')] }),
  once('an answer 304', GET, {
    answers: [request('HTTP/1.1 304 Not Modified', DATE, 'ETag: "a"')],
    answerEnds: '\r\n\r\n',
  }),
  once('early hints', GET, {
    answers: [`${request('HTTP/1.1 103 Early Hints', 'Link: </a>')}${OK}`],
    answerEnds: '\r\n\r\nOK',
  }),
  once('an answer to its end of connection', GET, {
    answers: [{ bytes: `${request('HTTP/1.0 200 OK', DATE)}to the end`, end: true }],
    answerEnds: '(never)',
  }),
  once('an answer that announces the end of the connection', GET, {
    clients: [[GET]],
    answers: [{ bytes: lines('HTTP/1.1 200 OK', DATE, 'Content-Length: 2', 'connection: close', '', 'OK'), end: true }],
    answerEnds: 'connection',
  }),
  // longer than an upstream connection without a request is left open
  once('a slow answer', GET, { answers: [{ afterMs: 4_500, bytes: OK }] }),
  once('an end instead of an answer', GET, { answers: [{ end: true }] }),
  once('requests one after another on one connection', '', { clients: [[GET, GET, GET]] }),
  once('clients of their own connection, a server that ends its keep-alive as the next request arrives', '', {
    clients: [[GET], [GET], [GET], [GET]],
    answers: [OK, { end: true }],
  }),
  once('a server that ends its keep-alive as the next request of the same client arrives', '', {
    clients: [[GET, GET]],
    answers: [OK, { end: true }],
  }),
  { name: MANY_CLIENTS, clients: Array.from({ length: 30 }, () => [GET]), answers: [OK], settleMs: 5_500 },
  once('a client that pauses', '', { clients: [[GET, GET]], pauseMs: 1_000 }),
  once(LONG_PAUSE, '', { clients: [[GET, GET]], pauseMs: 5_500 }),
];
