// gRPC as its wire protocol has it (grpc/doc/PROTOCOL-HTTP2.md), on messages that are plain text. No library is needed for that.

import { once } from 'node:events';
import { connect, createServer } from 'node:http2';

const PREFIX_BYTES = 5;
const OK = '0';
const UNIMPLEMENTED = '12';

/** A message with its prefix: not compressed, and its length. */
function framed(text) {
  const message = Buffer.from(text);
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** The messages of a stream, each as soon as the whole of it has come. */
async function* messagesOf(stream) {
  let received = Buffer.alloc(0);
  for await (const chunk of stream) {
    received = Buffer.concat([received, chunk]);
    while (received.length >= PREFIX_BYTES && received.length >= PREFIX_BYTES + received.readUInt32BE(1)) {
      const end = PREFIX_BYTES + received.readUInt32BE(1);
      yield received.subarray(PREFIX_BYTES, end).toString();
      received = received.subarray(end);
    }
  }
}

const METHODS = {
  /** One message, one answer. */
  '/lab.Echo/Say': (stream) => echo(stream),
  /** Each message is answered before the next one comes. */
  '/lab.Echo/Chat': (stream) => echo(stream),
};

async function echo(stream) {
  let count = 0;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () =>
    stream.sendTrailers({ 'grpc-status': OK, 'grpc-message': 'done', 'lab-messages': String(count) }),
  );
  for await (const message of messagesOf(stream)) stream.write(framed(`${++count} ${message}`));
  stream.end();
}

/** @param {number} port */
export function serveGrpc(port) {
  const server = createServer();
  server.on('connection', ({ remoteAddress }) => console.log(`connection ${port} from ${remoteAddress}`));
  server.on('stream', (stream, headers) => {
    const path = headers[':path'];
    console.log(`grpc ${path} te ${headers.te}`);
    stream.on('error', ({ code }) => console.log(`error ${port} ${code}`));
    if (Object.hasOwn(METHODS, path)) return METHODS[path](stream);
    // an answer that is trailers alone
    const refused = { 'grpc-status': UNIMPLEMENTED, 'grpc-message': `no method ${path}` };
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...refused }, { endStream: true });
  });
  server.listen(port, '::');
}

/** Calls a method; each message waits for the answer to the one before. */
export async function callGrpc(url, method, ...messages) {
  const session = connect(url);
  const stream = session.request({
    ':method': 'POST',
    ':path': `/lab.Echo/${method}`,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  let trailers = {};
  stream.on('trailers', (fields) => {
    trailers = { ...fields };
  });
  const responded = once(stream, 'response');
  const answers = messagesOf(stream);
  const received = [];
  for (const message of messages) {
    stream.write(framed(message));
    const { value, done } = await answers.next();
    if (done) break;
    received.push(value);
  }
  stream.end();
  for await (const more of answers) received.push(more);
  const [headers] = await responded;
  session.close();
  return { status: headers[':status'], grpcStatus: headers['grpc-status'], received, trailers };
}
