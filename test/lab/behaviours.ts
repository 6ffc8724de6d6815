import { expect } from '@jest/globals';
import { type Answer, both, type Counts, ONE_CONNECTION, ONE_REQUEST } from './counted.ts';

const anyText = expect.any(String);

/** One way in which a client calls the pod `server`, whose Services are `web` and `web-headless`. */
export interface Behaviour {
  readonly what: string;
  /** What the client program is told. */
  call(addresses: readonly string[]): readonly string[];
  readonly answers: Answer;
  /** With a sidecar on both sides. */
  readonly counts: Counts;
}

const addressOf = (ip = '') => ip;
const hostOf = (ip = '') => (ip.includes(':') ? `[${ip}]` : ip);

/** Everything that the redirect captures on its way from one pod to another. */
export const CAPTURED: readonly Behaviour[] = [
  ...(['IPv4', 'IPv6'] as const).flatMap((family, index): Behaviour[] => [
    {
      what: `HTTP/1.1 over ${family}`,
      call: (ips) => ['http', `http://${hostOf(ips[index])}:8080/`],
      answers: { status: 200, body: expect.stringContaining('"httpVersion":"1.1"') },
      counts: both(ONE_REQUEST),
    },
    {
      what: `HTTP/2 over ${family}`,
      call: (ips) => ['h2', `http://${hostOf(ips[index])}:8080/`],
      answers: { status: 200, body: expect.stringContaining('"httpVersion":"2.0"') },
      counts: both(ONE_REQUEST),
    },
    {
      what: `WebSocket over ${family}`,
      call: (ips) => ['websocket', `ws://${hostOf(ips[index])}:8080/`, 'one', 'two'],
      answers: { echoes: ['one', 'two'] },
      counts: both(ONE_REQUEST),
    },
    {
      what: `a gRPC call with its trailers over ${family}`,
      call: (ips) => ['grpc', `http://${hostOf(ips[index])}:50051/`, 'Say', 'hello'],
      answers: {
        status: 200,
        received: ['1 hello'],
        trailers: { 'grpc-status': '0', 'grpc-message': 'done', 'lab-messages': '1' },
      },
      counts: both(ONE_REQUEST),
    },
    {
      what: `a gRPC stream, both of whose ends speak in turn, over ${family}`,
      call: (ips) => ['grpc', `http://${hostOf(ips[index])}:50051/`, 'Chat', 'one', 'two', 'three'],
      answers: {
        status: 200,
        received: ['1 one', '2 two', '3 three'],
        trailers: { 'grpc-status': '0', 'grpc-message': 'done', 'lab-messages': '3' },
      },
      counts: both(ONE_REQUEST),
    },
    {
      what: `a gRPC error, which is an answer of trailers alone, over ${family}`,
      call: (ips) => ['grpc', `http://${hostOf(ips[index])}:50051/`, 'Nothing', 'hello'],
      answers: { status: 200, grpcStatus: '12', received: [], trailers: {} },
      counts: both(ONE_REQUEST),
    },
    {
      what: `HTTPS, which passes as it is, over ${family}`,
      call: (ips) => ['https', `https://${hostOf(ips[index])}:8443/`],
      answers: { status: 200, body: anyText, fingerprint: anyText },
      counts: both(ONE_CONNECTION),
    },
    {
      what: `TCP that the client half-closes over ${family}`,
      call: (ips) => ['tcp', addressOf(ips[index]), '9000', 'some text\n'],
      answers: { received: 'some text\n\n10 bytes\n' },
      counts: both(ONE_CONNECTION),
    },
    {
      what: `TCP that the server half-closes over ${family}`,
      call: (ips) => ['afterEnd', addressOf(ips[index]), '9002', 'x'.repeat(1000)],
      answers: { received: 'goodbye\n' },
      counts: both(ONE_CONNECTION),
    },
    {
      what: `a server that speaks first over ${family}`,
      call: (ips) => ['greeting', addressOf(ips[index]), '9001'],
      answers: { received: '220 lab ready\r\n', ms: expect.any(Number) },
      counts: both(ONE_CONNECTION),
    },
  ]),
  {
    what: 'a Service by its name',
    call: () => ['http', 'http://web/'],
    answers: { status: 200, body: anyText },
    counts: both(ONE_REQUEST),
  },
  {
    what: 'a port of a Service that is not HTTP',
    call: () => ['tcp', 'web.shop.svc.cluster.local', '9000', '\n'],
    answers: { received: '\n\n1 bytes\n' },
    counts: both(ONE_CONNECTION),
  },
  {
    what: 'a headless Service',
    call: () => ['http', 'http://web-headless.shop:8080/'],
    answers: { status: 200, body: anyText },
    counts: both(ONE_REQUEST),
  },
];
