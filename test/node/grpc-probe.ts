import { once } from 'node:events';
import { connect } from 'node:http2';
import { buffer } from 'node:stream/consumers';

const METHOD = '/grpc.health.v1.Health/Check';
const PREFIX_BYTES = 5;
const LENGTH_DELIMITED_FIELD_1 = 0x0a;
// HealthCheckResponse{status: SERVING}: field 1 as a varint, and its value
const SERVING = Buffer.from([0x08, 0x01]);

/**
 * Asks once by gRPC's health protocol (grpc/doc/health-checking.md), without TLS as the kubelet does. Resolves with whether the
 * answer came in time and says SERVING; never rejects. The messages have one field each, so no library of protobuf is needed.
 * @param service empty for the server as a whole
 */
export async function isServing(host: string, port: number, service: string, timeoutMs: number): Promise<boolean> {
  const session = connect(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
  const timer = setTimeout(() => session.destroy(new Error('too slow')), timeoutMs);
  try {
    const failed = once(session, 'close').then(() => Promise.reject(new Error('the connection has ended')));
    session.on('error', () => {});
    const stream = session.request({
      ...{ ':method': 'POST', ':path': METHOD },
      ...{ 'content-type': 'application/grpc', te: 'trailers' },
    });
    let status: unknown;
    const read = (headers: Readonly<Record<string, unknown>>) => {
      status = headers['grpc-status'] ?? status;
    };
    stream
      .on('response', read)
      .on('trailers', read)
      .end(framed(request(service)));
    const answer = await Promise.race([buffer(stream), failed]);
    return status === '0' && answer.subarray(PREFIX_BYTES).equals(SERVING);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    session.destroy();
  }
}

/** HealthCheckRequest{service}. */
function request(service: string): Buffer {
  const text = Buffer.from(service);
  return text.length === 0
    ? text
    : Buffer.concat([Buffer.from([LENGTH_DELIMITED_FIELD_1, ...varint(text.length)]), text]);
}

const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(value >> 7)]);

/** With gRPC's prefix: not compressed, and its length. */
function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
