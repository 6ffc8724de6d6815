import { sendTagged } from './answers.ts';
import type { Asset } from './assets.ts';
import type { DashboardContext, DashboardReply, DashboardRequest } from './dashboard-context.ts';
import { Refused } from './refusals.ts';

const INDEX = 'index.html';

/** Sends a file of the page. Rejects with Refused 404 where there is none. */
export async function sendAsset(
  { assets }: DashboardContext,
  request: DashboardRequest,
  reply: DashboardReply,
): Promise<unknown> {
  const path = request.url.split('?', 1)[0] ?? '';
  const file = (await assets()).get(path === '/' ? INDEX : path.slice(1));
  if (file === undefined)
    throw new Refused(404, 'There is nothing here.', 'The page begins at /, the API at /api/v1/openapi.json.');
  const { etag, type, plain, gzip } = file;
  reply.header('cache-control', cacheOf(file));
  return sendTagged(request, reply, { etag, type, plain, zipped: async () => gzip });
}

// kept by the reader alone: whoever has no token gets none of it from a proxy on the way
const cacheOf = ({ isImmutable }: Asset): string =>
  isImmutable ? 'private, max-age=31536000, immutable' : 'private, no-cache';
