import { setTimeout as sleep } from 'node:timers/promises';
import { digest } from '../../core/json/canonical.ts';
import type { DashboardReply, DashboardRequest } from './dashboard-context.ts';
import { Refused } from './refusals.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Sends an answer of the API, or 304 to whoever has it already. */
export function sendAnswer(request: DashboardRequest, reply: DashboardReply, answer: unknown): DashboardReply {
  const text = JSON.stringify(answer);
  // what one reader had is asked about again each time, with the rights of that time
  return sendTagged(
    request,
    reply.header('cache-control', 'private, no-cache'),
    `W/"${digest(text)}"`,
    JSON_TYPE,
    text,
  );
}

/** Sends something under its ETag, or 304 to whoever has it already. */
export function sendTagged(
  request: DashboardRequest,
  reply: DashboardReply,
  etag: string,
  type: string,
  content: string | Buffer,
): DashboardReply {
  reply.header('etag', etag);
  if (request.method === 'GET' && isNamed(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type(type).send(content);
}

// weak ones are as good here (RFC 9110, 13.1.2)
const isNamed = (named: string | undefined, etag: string): boolean =>
  named?.split(',').some((one) => one.trim() === '*' || strong(one.trim()) === strong(etag)) === true;

const strong = (etag: string): string => etag.replace(/^W\//, '');

/** What is worth waiting for so long. Rejects with Refused 503 after that; the work goes on, and its answer is kept where it is kept. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const patience = new AbortController();
  const late = sleep(ms, undefined, { signal: patience.signal }).then(() => {
    throw new Refused(503, `There is no answer after ${ms / 1000} seconds.`, 'Try again in a moment: it is worked on.');
  });
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    patience.abort();
  }
}
