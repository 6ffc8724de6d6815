import { setImmediate as turn } from 'node:timers/promises';
import { isObject } from '../core/json/is-object.ts';
import { eachInTurns } from './in-turns.ts';
import { type KubeTransport, textOf } from './transport.ts';

// a pod is some 10 KB, so a page is 5 MB at most, whatever the length of the list
const PAGE_SIZE = 500;
// a page of whole objects; whoever needs it asks again
const PAGE_WITHIN_MS = 30_000;

interface ListPage {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly unknown[] | null;
}

/** How a list is read; what is left out is as usual. */
export interface ListingOptions {
  readonly pageSize?: number;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * Lists a resource page by page, whole objects, and gives each to `visit`.
 * @throws ApiError (410 when a page token has expired: list again), ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function listObjects(
  transport: KubeTransport,
  path: string,
  visit: (object: Record<string, unknown>) => void,
  { pageSize = PAGE_SIZE, fieldSelector, labelSelector, signal: ending }: ListingOptions = {},
): Promise<void> {
  let token: string | undefined;
  do {
    const query = new URLSearchParams({
      limit: String(pageSize),
      ...(fieldSelector && { fieldSelector }),
      ...(labelSelector && { labelSelector }),
      ...(token && { continue: token }),
    });
    const patience = AbortSignal.timeout(PAGE_WITHIN_MS);
    const signal = ending === undefined ? patience : AbortSignal.any([patience, ending]);
    const response = await transport.open({ method: 'GET', path: `${path}?${query}`, signal });
    const { metadata, items } = JSON.parse(await textOf(response)) as ListPage;
    // parsing a page has taken a turn
    await turn();
    await eachInTurns((items ?? []).filter(isObject), visit);
    token = metadata.continue;
  } while (token);
}
