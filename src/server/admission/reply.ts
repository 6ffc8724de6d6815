import type { Http2SecureServer } from 'node:http2';
import type { FastifyReply, FastifyRequest, RouteGenericInterface } from 'fastify';
import { type Refusal, refusalBody } from './refusal.ts';

/** Requests and replies of the admission listener; on HTTP/1.1 `raw` is the HTTP/1.1 object with the same interface. */
export type ReviewRequest = FastifyRequest<RouteGenericInterface, Http2SecureServer>;
export type ReviewReply = FastifyReply<RouteGenericInterface, Http2SecureServer>;

const JSON_TYPE = 'application/json; charset=utf-8';

/** Sends the text of a review. `closing` asks an HTTP/1.1 caller not to use this connection again. */
export function sendReview(reply: ReviewReply, text: string, closing: boolean): void {
  if (closing) askToClose(reply);
  reply.header('content-type', JSON_TYPE).send(text);
}

/** Sends a refusal. What the caller may still be sending is not waited for. */
export function sendRefusal(
  request: ReviewRequest,
  reply: ReviewReply,
  refusal: Omit<Refusal, 'cause'> & Partial<Pick<Refusal, 'cause'>>,
  closing: boolean,
): void {
  if (closing || refusal.cause === 'too_slow') askToClose(reply);
  if (refusal.allow) reply.header('allow', refusal.allow);
  // what is still being sent is discarded for a while, because a caller that is cut off while sending may never read the answer;
  // on HTTP/1.1 Node does this by itself
  if (isHttp2(request) && !request.raw.readableEnded) {
    request.raw.resume();
    closeStreamAfterReply(reply, refusal.cause === 'too_slow' ? 0 : DISCARD_MS);
  }
  reply.code(refusal.status).header('content-type', JSON_TYPE).send(refusalBody(refusal));
}

function askToClose(reply: ReviewReply): void {
  if (!isHttp2(reply.request)) reply.header('connection', 'close');
}

const isHttp2 = (request: ReviewRequest): boolean => request.raw.httpVersionMajor === 2;

const NGHTTP2_NO_ERROR = 0;

// enough for the rest of a body that is a little too large
const DISCARD_MS = 2_000;

function closeStreamAfterReply({ raw: { stream } }: ReviewReply, afterMs: number): void {
  // the stream's own event: the response of Node's compatibility layer finishes only when the stream is closed
  stream.once('finish', () => {
    const timer = setTimeout(() => stream.close(NGHTTP2_NO_ERROR), afterMs).unref();
    stream.once('close', () => clearTimeout(timer));
  });
}
