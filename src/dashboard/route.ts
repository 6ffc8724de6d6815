import { useEffect, useState } from 'preact/hooks';

/** The pages, in the order of the navigation. */
export const PAGES = [
  'overview',
  'rollout',
  'namespaces',
  'workloads',
  'decisions',
  'policy',
  'playground',
  'capacity',
] as const;
export type PageName = (typeof PAGES)[number];

/** Where the reader is: the part of the address behind the hash, such as `#/workloads/shop/Deployment/cart?squad=web`. */
export interface Route {
  readonly page: PageName;
  /** What follows the page, each part decoded. */
  readonly rest: readonly string[];
  readonly query: ReadonlyMap<string, string>;
}

/** Reads a hash; what is no page leads to the overview. A part that is not decodable stays as it is. */
function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [first = '', ...rest] = path.split('/').filter((part) => part !== '');
  const page = PAGES.find((name) => name === first) ?? 'overview';
  return { page, rest: rest.map(decoded), query: new Map(new URLSearchParams(search)) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a place; filters that are empty are left out. */
export function hrefOf(page: PageName, rest: readonly string[] = [], query: Iterable<readonly [string, string]> = []) {
  const search = new URLSearchParams(
    [...query].filter(([, value]) => value !== '').map(([key, value]) => [key, value]),
  );
  const path = [page, ...rest].map(encodeURIComponent).join('/');
  return `#/${path}${search.size === 0 ? '' : `?${search}`}`;
}

/** Changes the filters in the address without a new entry in the history. */
export function replaceQuery(route: Route, query: Iterable<readonly [string, string]>): void {
  history.replaceState(null, '', hrefOf(route.page, route.rest, query));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

/** The place in the address, followed as it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return route;
}
