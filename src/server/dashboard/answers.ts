import { setTimeout as sleep } from 'node:timers/promises';
import { digest } from '../../core/json/canonical.ts';
import { compressed, isGzipWanted } from './compressed.ts';
import type { DashboardReply, DashboardRequest } from './dashboard-context.ts';
import { Refused } from './refusals.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Sends an answer of the API, or 304 to whoever has it already. */
export function sendAnswer(request: DashboardRequest, reply: DashboardReply, answer: unknown): Promise<DashboardReply> {
  const text = JSON.stringify(answer);
  const plain = Buffer.from(text);
  // what one reader had is asked about again each time, with the rights of that time
  reply.header('cache-control', 'private, no-cache');
  return sendTagged(request, reply, {
    ...{ etag: `W/"${digest(text)}"`, type: JSON_TYPE, plain },
    zipped: () => compressed(plain),
  });
}

/** Something under its ETag, which is weak: it is the same for what is compressed. */
export interface Tagged {
  readonly etag: string;
  readonly type: string;
  readonly plain: Buffer;
  /** By gzip, where that is worth it. */
  readonly zipped: () => Promise<Buffer | undefined>;
}

/** Sends something in the form that is wanted, or 304 to whoever has it already. */
export async function sendTagged(
  { method, headers }: DashboardRequest,
  reply: DashboardReply,
  { etag, type, plain, zipped }: Tagged,
): Promise<DashboardReply> {
  reply.header('etag', etag);
  if (method === 'GET' && isNamed(headers['if-none-match'], etag)) return reply.code(304).send();
  reply.type(type);
  const fewer = isGzipWanted(headers['accept-encoding']) ? await zipped() : undefined;
  return fewer === undefined ? reply.send(plain) : reply.header('content-encoding', 'gzip').send(fewer);
}

// weak ones are as good here (RFC 9110, 13.1.2)
const isNamed = (named: string | undefined, etag: string): boolean =>
  named?.split(',').some((one) => one.trim() === '*' || strong(one.trim()) === strong(etag)) === true;

const strong = (etag: string): string => etag.replace(/^W\//, '');

/** What is worth waiting for so long. Rejects with Refused 503 after that, which tells what to do next; the work goes on. */
export async function within<T>(ms: number, work: Promise<T>, next: string): Promise<T> {
  const patience = new AbortController();
  const late = sleep(ms, undefined, { signal: patience.signal }).then(() => {
    throw new Refused(503, `There is no answer after ${ms / 1000} seconds.`, next);
  });
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    patience.abort();
  }
}
