import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { Agent, request } from 'node:https';
import { Readable, type Writable } from 'node:stream';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** False leaves the body unfinished. */
  readonly end?: boolean;
}

/** One client connection, as an API server keeps it. */
export interface Caller {
  call(path: string, body: string | Buffer | Readable | undefined, options?: CallOptions): Promise<Reply>;
  close(): void;
}

export interface Http2Caller extends Caller {
  readonly session: ClientHttp2Session;
  open(path: string, options?: CallOptions): ClientHttp2Stream;
}

/** `localAddress` is where it comes from; one that the system chooses unless told. */
export function http2Caller(url: string, ca: string, localAddress?: string): Http2Caller {
  // it reaches net.connect, which the types of http2 do not say
  const session = connect(url, { ca, ...{ localAddress } });
  session.on('error', () => {});
  const open = (path: string, { method = 'POST', headers = {} }: CallOptions = {}) => {
    const outgoing: OutgoingHttpHeaders = { ':path': path, ':method': method, ...headers };
    const stream = session.request(outgoing, { endStream: false });
    stream.on('error', () => {});
    return stream;
  };
  return {
    session,
    open,
    call: (path, body, options = {}) => {
      const stream = open(path, options);
      send(stream, body, options);
      return replyOf(stream);
    },
    close: () => session.destroy(),
  };
}

function send(to: Writable, body: string | Buffer | Readable | undefined, { end = true }: CallOptions): void {
  if (body instanceof Readable) {
    body.pipe(to);
    return;
  }
  if (body !== undefined) to.write(body);
  if (end) to.end();
}

/** What comes back on a stream, once it is closed. */
export function replyOf(stream: ClientHttp2Stream): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let headers: Record<string, unknown> | undefined;
    let text = '';
    stream.on('response', (received) => {
      headers = received;
    });
    stream.on('data', (chunk) => {
      text += String(chunk);
    });
    stream.on('close', () => {
      if (headers) resolve({ status: Number(headers[':status']), headers, text });
      else reject(new Error(`the stream closed without an answer, code ${stream.rstCode}`));
    });
  });
}

export function http1Caller(url: string, ca: string): Caller {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 1,
    ca,
    ALPNProtocols: ['http/1.1'],
  });
  return {
    call: (path, body, options = {}) =>
      new Promise((resolve, reject) => {
        const { method = 'POST', headers = {} } = options;
        const outgoing = request(`${url}${path}`, { method, headers, agent }, (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += String(chunk);
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
          response.on('error', reject);
        });
        outgoing.on('error', reject);
        send(outgoing, body, options);
      }),
    close: () => agent.destroy(),
  };
}

/** Both protocols an API server may speak, for `describe.each`. */
export const PROTOCOLS: readonly (readonly [string, (url: string, ca: string) => Caller])[] = [
  ['HTTP/2', http2Caller],
  ['HTTP/1.1', http1Caller],
];
