import { ACCEPT_PARTIAL_LIST, type ObjectMetadata } from './object-metadata.ts';
import { type KubeTransport, textOf } from './transport.ts';

// client-go's page size: one page of 500 namespaces is some 300 KB, so a list costs that much memory at a time, whatever its length
const PAGE_SIZE = 500;

interface ListPage {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly { readonly metadata: ObjectMetadata }[] | null;
}

/** Which objects are listed; without a selector all. */
export interface ListSelectors {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/**
 * Lists a resource page by page as PartialObjectMetadata and gives each object that is selected to `visit`.
 * @returns the resourceVersion to watch from
 * @throws ApiError (410 when a page token has expired: list again), ClusterUnreachable, or the reason of `signal`
 */
export async function pagedList(
  transport: KubeTransport,
  path: string,
  signal: AbortSignal,
  visit: (object: ObjectMetadata) => void,
  { labelSelector, fieldSelector }: ListSelectors = {},
): Promise<string> {
  let token: string | undefined;
  for (;;) {
    const query = new URLSearchParams({
      limit: String(PAGE_SIZE),
      ...(labelSelector && { labelSelector }),
      ...(fieldSelector && { fieldSelector }),
    });
    if (token) query.set('continue', token);
    const response = await transport.open({
      method: 'GET',
      path: `${path}?${query}`,
      accept: ACCEPT_PARTIAL_LIST,
      signal,
    });
    const page = JSON.parse(await textOf(response)) as ListPage;
    for (const { metadata } of page.items ?? []) visit(metadata);
    token = page.metadata.continue;
    if (!token) return page.metadata.resourceVersion;
  }
}
