import type { TObject } from 'typebox';
import { nearest } from '../decision/nearest.ts';
import { quoted } from '../problem/quoted.ts';
import { API, ROUTES, type RouteName } from './routes.ts';

/** What somebody asks of the API: a route, what is put into its path, and its query. */
export interface AskedRoute {
  readonly route: RouteName;
  /** By the name in braces. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/**
 * Reads a path such as `/workloads?namespace=web`, with or without the part that all have in common.
 * @returns or what is wrong with it, with the nearest that there is
 */
export function askedRoute(text: string): AskedRoute | { readonly problem: string } {
  const [before = '', search = ''] = text.split(/\?(.*)/s);
  const whole = `/${before.replace(/^\/+|\/+$/g, '')}`;
  const asked = whole.startsWith(`${API}/`) ? whole.slice(API.length) : whole;
  for (const route of Object.keys(ROUTES) as RouteName[]) {
    const path = parametersOf(ROUTES[route].path, asked);
    if (path !== undefined) return withQuery(route, path, new URLSearchParams(search));
  }
  const paths = Object.values(ROUTES).map((route) => route.path);
  const near = nearest(asked, paths);
  return {
    problem: `the API has no ${quoted(asked)}; ${near === undefined ? `there are ${paths.join(', ')}` : `did you mean ${near}?`}`,
  };
}

/** The path and query of what is asked, below the host. */
export function addressOf({ route, path, query }: AskedRoute): string {
  const filled = ROUTES[route].path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const search = new URLSearchParams(query);
  return `${API}${filled}${search.size === 0 ? '' : `?${search}`}`;
}

function parametersOf(pattern: string, asked: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), asked.split('/')];
  if (wanted.length !== given.length) return undefined;
  const found = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? '';
    if (!part.startsWith('{')) {
      if (part !== text) return undefined;
    } else {
      const value = decoded(text);
      if (value === undefined || value === '') return undefined;
      found.set(part.slice(1, -1), value);
    }
  }
  return Object.fromEntries(found);
}

function withQuery(
  route: RouteName,
  path: Record<string, string>,
  search: URLSearchParams,
): AskedRoute | { problem: string } {
  const known = Object.keys((ROUTES[route].query as TObject).properties);
  const query = new Map<string, string>();
  for (const [name, value] of search) {
    if (!known.includes(name)) {
      const near = nearest(name, known);
      const others = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
      return {
        problem: `${ROUTES[route].path} has no parameter ${quoted(name)}; ${near === undefined ? others : `did you mean ${near}?`}`,
      };
    }
    if (query.has(name)) return { problem: `${name} is said twice; give it once` };
    query.set(name, value);
  }
  return { route, path, query: Object.fromEntries(query) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
