import type { Seen } from './exchange.ts';

type Replacements = readonly (readonly [direct: string, through: string])[];

/** A difference that the sidecar makes and that is known, and told in docs/what-the-sidecar-changes.md; whatever is not said here must be the same to the byte. */
export interface Difference {
  readonly row: string;
  /** Why we leave it so. */
  readonly why: string;
  /** What arrives at the server in place of what the client sent; nothing at all where the proxy answers itself. */
  readonly arrives?: Replacements | 'nothing';
  /** What comes back in place of what the server sent. */
  readonly comesBack?: Replacements;
}

const PROXY_ANSWERS = 'the connection manager answers before any route or filter of ours sees the request';
const ITS_VERSION =
  'the connection manager speaks HTTP/1.1 to the server, and the version of the request to the client';
const NO_RESET = 'an answer is owed on a connection that stays; no option makes it end instead';
const OK = 'HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Length: 2\r\n\r\nOK';
const BAD_METHOD =
  'HTTP/1.1 400 Bad Request\r\ncontent-length: 11\r\ncontent-type: text/plain\r\ndate: (now)\r\nconnection: close\r\n\r\nBad Request(closed)';
const ENDED =
  'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 95\r\ncontent-type: text/plain\r\ndate: (now)\r\nconnection: close\r\n\r\nupstream connect error or disconnect/reset before headers. reset reason: connection termination(closed)';

export const DIFFERENCES: readonly Difference[] = [
  {
    row: 'its own X-Envoy headers',
    why: 'they are orders to an Envoy, and it removes those that it takes or refuses; the list is too long to be kept on the pod',
    arrives: [
      ['X-Envoy-Max-Retries: 3\r\n', ''],
      ['X-Envoy-Retry-On: 5xx\r\n', ''],
      ['X-Envoy-Upstream-Rq-Timeout-Ms: 1\r\n', ''],
      ['X-Envoy-Internal: true\r\n', ''],
    ],
  },
  {
    row: 'a body in chunks with trailers',
    why: 'the formatter that keeps the spelling of headers does not know trailers',
    arrives: [['X-Sum: 1', 'x-sum: 1']],
    comesBack: [['X-Sum: 2', 'x-sum: 2']],
  },
  {
    row: 'HTTP/1.0',
    why: ITS_VERSION,
    arrives: [['HTTP/1.0\r\n', 'HTTP/1.1\r\nhost: localhost\r\n']],
    comesBack: [['HTTP/1.1 200 OK\r\n', 'HTTP/1.0 200 OK\r\nconnection: close\r\n']],
  },
  {
    row: 'HTTP/1.0 with Keep-Alive',
    why: ITS_VERSION,
    arrives: [['HTTP/1.0\r\n', 'HTTP/1.1\r\n']],
    comesBack: [['HTTP/1.1 200 OK\r\n', 'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\n']],
  },
  {
    row: 'Connection: close',
    why: 'the connection manager says that it obeys, where this server did not say so',
    comesBack: [['HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\nconnection: close\r\n']],
  },
  {
    row: 'Connection: keep-alive and its parameters',
    why: 'these are of one hop (RFC 9110, 7.6.1), and servers give them no meaning',
    arrives: [['Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n', '']],
  },
  {
    row: 'an upgrade to h2c that the server declines',
    why: 'a proxy that tells the two protocols apart cannot let them change places; a server may always decline (RFC 9110, 7.8)',
    arrives: [['Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n', '']],
  },
  {
    row: 'an upgrade to TLS that the server declines',
    why: 'declined on behalf of the server, which may always do so; Envoy would answer 403',
    arrives: [['Upgrade: TLS/1.2\r\nConnection: Upgrade\r\n', '']],
  },
  {
    row: 'a custom method',
    why: 'allow_custom_methods is work in progress in 1.40, and Envoy warns against it at every start',
    arrives: 'nothing',
    comesBack: [[OK, BAD_METHOD]],
  },
  {
    row: 'a custom method as a later request',
    why: 'as for a first request',
    arrives: [['FETCHALL /x HTTP/1.1\r\nHost: shop.test\r\n\r\n', '']],
    comesBack: [[OK.replace('OK', 'Again'), BAD_METHOD]],
  },
  {
    row: 'methods of WebDAV',
    why: 'the codec frames a request that may have a body and has none (RFC 9110, 8.6 recommends it)',
    arrives: [['Depth: 1\r\n', 'Depth: 1\r\ncontent-length: 0\r\n']],
  },
  {
    row: 'OPTIONS *',
    why: `${PROXY_ANSWERS}: paths begin with a slash`,
    arrives: 'nothing',
    comesBack: [[OK, 'HTTP/1.1 404 Not Found\r\ndate: (now)\r\ncontent-length: 0\r\n\r\n']],
  },
  {
    row: 'absolute form, as to a forward proxy',
    why: 'the codec takes it apart, and allow_absolute_url: false makes it a 404; the port of a forward proxy is to be excluded',
    arrives: [['GET http://elsewhere.test:81/x', 'GET /x']],
  },
  {
    row: 'a fragment',
    why: `${PROXY_ANSWERS}; a request must not have one (RFC 9112, 3.2.1)`,
    arrives: 'nothing',
    comesBack: [
      [OK, 'HTTP/1.1 400 Bad Request\r\ndate: (now)\r\nconnection: close\r\ncontent-length: 0\r\n\r\n(closed)'],
    ],
  },
  {
    row: 'an answer without a date',
    why: 'added after the last filter; a proxy should (RFC 9110, 6.6.1)',
    comesBack: [['Content-Length: 2\r\n', 'Content-Length: 2\r\ndate: (now)\r\n']],
  },
  {
    row: 'an answer without a reason',
    why: 'what the server says beside the status is passed on, and where it says nothing the usual words stand',
    comesBack: [['HTTP/1.1 200 \r\n', 'HTTP/1.1 200 OK\r\n']],
  },
  {
    row: 'an answer to its end of connection',
    why: 'to a client of HTTP/1.1 the end is marked by a chunk, so that the connection can go on',
    comesBack: [
      ['HTTP/1.0 200 OK\r\n', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n'],
      ['to the end(closed)', 'a\r\nto the end\r\n0\r\n\r\n'],
    ],
  },
  { row: 'an end instead of an answer', why: NO_RESET, comesBack: [['(closed)', ENDED]] },
  {
    row: 'a server that ends its keep-alive as the next request of the same client arrives',
    why: NO_RESET,
    comesBack: [['(closed)', ENDED]],
  },
];

/** What is to be seen through the sidecar, where `direct` is seen without it. */
export function expectedThrough(direct: Seen, { arrives, comesBack }: Partial<Difference>): Seen {
  const arrived = arrives === 'nothing' ? [] : direct.arrived.map((text) => replaced(text, arrives));
  return { ...direct, arrived, answers: direct.answers.map((texts) => texts.map((text) => replaced(text, comesBack))) };
}

const replaced = (text: string, replacements: Replacements = []) =>
  replacements.reduce((before, [from, to]) => before.replace(from, to), text);

/**
 * Without what has no meaning: the order of headers of different names, white space around a value (RFC 9110, 5.3 and 5.5),
 * and the time in a date that the proxy wrote, which the rows spell `Date` and it spells `date`.
 */
export const withoutTheMeaningless = (seen: Seen): Seen => ({
  ...seen,
  arrived: seen.arrived.map(inOrder),
  answers: seen.answers.map((texts) => texts.map(inOrder)),
});

const inOrder = (text: string) =>
  text
    .split('\r\n\r\n')
    .map((part) => {
      const [start = '', ...fields] = part.split('\r\n');
      if (!/HTTP\/1\.[01]/.test(start)) return part;
      const written = fields.map((field) => field.trimEnd().replace(/^date: .+ GMT$/, 'date: (now)'));
      return [start, ...written.sort(byName)].join('\r\n');
    })
    .join('\r\n\r\n');

const nameOf = (field: string) => field.slice(0, field.indexOf(':')).toLowerCase();
// sort is stable: fields of one name keep their order
const byName = (a: string, b: string) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0);
