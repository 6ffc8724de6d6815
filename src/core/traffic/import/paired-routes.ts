import type { Match } from '../../api/traffic/matching.ts';
import { HARMLESS_FAILURES } from '../../api/traffic/retries.ts';
import { canonicalJson } from '../../json/canonical.ts';
import { SAFE_METHODS } from '../../xds/resilience/retries.ts';
import type { ReadRoute } from './read-route.ts';

/**
 * Two routes of which the first is the second for requests that may be sent twice, with more failures after which they are: in values these
 * are one route, of methods idempotent.
 */
export function paired(routes: readonly ReadRoute[]): readonly ReadRoute[] {
  const [first, second, ...rest] = routes;
  if (first === undefined || second === undefined) return routes;
  const one = pairOf(first, second);
  return one === undefined ? [first, ...paired(routes.slice(1))] : [one, ...paired(rest)];
}

function pairOf(safe: ReadRoute, others: ReadRoute): ReadRoute | undefined {
  if (safe.retries === 'none' || safe.match === undefined) return undefined;
  const { retryOn } = safe.retries;
  const harmless = retryOn.filter((failure) => HARMLESS_FAILURES.some((known) => known === failure));
  if (harmless.length === retryOn.length) return undefined;
  const retries = harmless.length === 0 ? 'none' : { ...safe.retries, retryOn: harmless };
  const same = (one: ReadRoute) => canonicalJson({ ...one, path: '', name: '', match: [], retries: '' });
  if (same(safe) !== same(others) || canonicalJson(retries) !== canonicalJson(others.retries)) return undefined;
  const match = wholeMatch(safe.match, others.match ?? [{}]);
  if (match === undefined) return undefined;
  const isEvery = match.some((one) => Object.keys(one).length === 0);
  return { ...others, match: isEvery ? undefined : match, retries: { ...safe.retries, methods: 'idempotent' } };
}

/** The conditions that were taken apart into these; undefined where they were not. */
function wholeMatch(safe: readonly Match[], others: readonly Match[]): readonly Match[] | undefined {
  const whole: Match[] = [];
  let next = 0;
  let isShared = false;
  for (const one of safe) {
    while (others[next] !== undefined && isOnlyUnsafe(others[next] as Match)) whole.push(others[next++] as Match);
    const other = others[next];
    if (other !== undefined && canonicalJson(safePart(other)) === canonicalJson(one)) {
      whole.push(other);
      next += 1;
      isShared = true;
    } else if (one.methods?.every(isSafe)) whole.push(one);
    else return undefined;
  }
  while (others[next] !== undefined && isOnlyUnsafe(others[next] as Match)) whole.push(others[next++] as Match);
  // where they have nothing in common they say as much as two routes
  return isShared && next === others.length ? whole : undefined;
}

const isSafe = (method: string): boolean => SAFE_METHODS.some((safe) => safe === method);
const isOnlyUnsafe = ({ methods }: Match): boolean => methods?.every((method) => !isSafe(method)) ?? false;
const safePart = (match: Match): Match => ({
  ...match,
  methods: match.methods?.filter(isSafe) ?? [...SAFE_METHODS],
});
