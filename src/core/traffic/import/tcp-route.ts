import type { Fields } from './fields.ts';
import { type ReadRoute, readRoute } from './read-route.ts';

/** A TCP route, as one that does nothing with requests. */
export function tcpRoute(route: Fields, hostOf: (host: string) => string): readonly ReadRoute[] {
  for (const match of route.list('match')) {
    match.take('port');
    match.end();
  }
  const read = readRoute(route, hostOf, undefined);
  return read === undefined ? [] : [{ ...read, match: undefined, retries: 'none' }];
}
