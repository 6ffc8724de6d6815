import type { HeaderMatch, Match, PathMatch } from '../../../../src/core/api/traffic/matching.ts';
import { durationMs } from '../../../../src/core/traffic/duration.ts';
import type { EffectiveValues, RequestPolicy } from '../../../../src/core/traffic/effective-values.ts';
import type { None, RetryPolicy, Route, Share, TextMatch } from '../configuration.ts';
import { msOf, versionsOf } from './clusters.ts';
import { wantedCors } from './cors.ts';

/** Where the service of some values is. */
export interface Place {
  readonly namespace: string;
  readonly values: EffectiveValues;
}

export const hostOf = (name: string, namespace: string): string => `${name}.${namespace}.svc.cluster.local`;

/** The name that istiod gives what leads to a version of the service; without it to all of its pods. */
function clusterOf({ namespace, values }: Place, version = ''): string {
  const subset = versionsOf(values).includes(version) ? version : '';
  return `outbound|${values.service.port}|${subset}|${hostOf(values.service.name, namespace)}`;
}

interface Planned {
  readonly match: readonly Match[] | undefined;
  readonly policy: RequestPolicy;
  readonly to: readonly Share[];
  readonly copies: Route['copies'];
}

/** The routes that the values ask for: the canary’s own requests, then the routes in their order, then everything else. */
export function wantedRoutes(place: Place): readonly Route[] {
  const { values } = place;
  const balanced = { to: wantedShares(place), copies: copies(place) };
  const { canary } = values;
  const own: readonly Planned[] =
    canary === 'none' || canary.match === undefined
      ? []
      : [{ match: canary.match, policy: values, to: whole(clusterOf(place, canary.version)), copies: [] }];
  const planned = [
    ...own,
    ...values.routes.map((route) => ({ match: route.match, policy: route, ...balanced })),
    { match: undefined, policy: values, ...balanced },
  ];
  const routes = planned.flatMap((one) => routesOf(one, values));
  const last = routes.findIndex(takesEverything);
  return routes.slice(0, last + 1);
}

const takesEverything = ({ path, headers, methods }: Route): boolean =>
  ((path.is === 'prefix' && path.value === '/') || (path.is === 'regex' && path.value === '.*')) &&
  headers.length + methods.length === 0;

const whole = (cluster: string): readonly Share[] => [{ cluster, weight: 100 }];

/** Where requests go that no condition sends to the new version. */
export function wantedShares(place: Place): readonly Share[] {
  const { canary, service } = place.values;
  const weight = canary === 'none' ? 0 : (canary.weight ?? 0);
  const version = canary === 'none' ? '' : canary.version;
  return [
    { cluster: clusterOf(place, service.version), weight: 100 - weight },
    { cluster: clusterOf(place, version), weight },
  ].filter((share) => share.weight > 0);
}

function copies(place: Place): Route['copies'] {
  const { canary, mirror, service } = place.values;
  const [name = '', namespace = place.namespace] = mirror === 'none' ? [] : (mirror.service ?? '').split('/').reverse();
  const receiver =
    mirror === 'none' || mirror.version !== undefined
      ? clusterOf(place, mirror === 'none' ? '' : mirror.version)
      : `outbound|${service.port}||${hostOf(name, namespace)}`;
  return [
    ...(mirror === 'none' ? [] : [{ cluster: receiver, percent: mirror.percent }]),
    ...(canary === 'none' ? [] : [{ cluster: clusterOf(place, canary.version), percent: canary.mirrorPercent ?? 0 }]),
  ].filter(({ percent }) => percent > 0);
}

const SAFE = ['GET', 'HEAD', 'OPTIONS'];
const HARMLESS = ['connect-failure', 'refused-stream', 'reset-before-request'];

/** One for each condition; where requests without an effect are retried after more failures, those first. */
function routesOf(planned: Planned, values: EffectiveValues): readonly Route[] {
  const retries = neverRetries(values) ? 'none' : planned.policy.retries;
  const conditions = planned.match ?? [{}];
  const all = retries === 'none' ? [] : retries.retryOn;
  const harmless = all.filter((failure) => HARMLESS.includes(failure));
  const one = (condition: Match, failures: readonly string[]) => route(condition, planned, failures, values);
  const isPaired =
    retries !== 'none' && retries.methods === 'idempotent' && retries.attempts > 0 && harmless.length < all.length;
  if (!isPaired) return conditions.map((condition) => one(condition, all));
  const safe = conditions.flatMap((condition) => {
    const methods = SAFE.filter((method) => condition.methods?.some((asked) => asked === method) ?? true);
    return methods.length === 0 ? [] : [{ ...condition, methods: methods as NonNullable<Match['methods']> }];
  });
  const others = conditions.filter(({ methods }) => methods?.every((method) => SAFE.includes(method)) !== true);
  return [...safe.map((condition) => one(condition, all)), ...others.map((condition) => one(condition, harmless))];
}

/** No retry may be under way. */
const neverRetries = ({ circuitBreaker, retryBudget }: EffectiveValues): boolean =>
  circuitBreaker !== 'none' && circuitBreaker.maxRetries === 0 && retryBudget === 'none';

function route(condition: Match, planned: Planned, failures: readonly string[], values: EffectiveValues): Route {
  const { timeout, fault } = planned.policy;
  const retries = neverRetries(values) ? 'none' : planned.policy.retries;
  const { delay, abort } = fault === 'none' ? {} : fault;
  return {
    path: pathMatch(condition.path),
    headers: Object.entries(condition.headers ?? {})
      .map(([name, wanted]) => ({ name, ...headerMatch(wanted) }))
      .sort((first, second) => (first.name < second.name ? -1 : 1)),
    methods: [...(condition.methods ?? [])].sort(),
    timeoutMs: msOf(timeout),
    grpcTimeoutMs: msOf(timeout),
    retries: retryPolicy(retries, failures),
    to: planned.to,
    copies: planned.copies,
    delay: delay === undefined ? 'none' : { percent: delay.percent, durationMs: durationMs(delay.duration) },
    abort: abort ?? 'none',
    cors: wantedCors(values.cors),
    hash: planned.to.flatMap(() => hash(values)),
  };
}

function pathMatch({ exact, prefix, regex }: PathMatch = {}): TextMatch {
  if (exact !== undefined) return { is: 'exact', value: exact };
  return regex === undefined ? { is: 'prefix', value: prefix ?? '/' } : { is: 'regex', value: regex };
}

function headerMatch(wanted: HeaderMatch): TextMatch {
  if (typeof wanted === 'string') return { is: 'exact', value: wanted };
  const { exact, prefix, regex } = wanted;
  if (exact !== undefined) return { is: 'exact', value: exact };
  if (regex !== undefined) return { is: 'regex', value: regex };
  // every value begins with an empty text
  return prefix === undefined || prefix === '' ? { is: 'present', value: '' } : { is: 'prefix', value: prefix };
}

const isStatus = (failure: string): boolean => /^\d+$/.test(failure);

function retryPolicy(retries: RequestPolicy['retries'], failures: readonly string[]): RetryPolicy | None {
  if (retries === 'none' || retries.attempts === 0 || failures.length === 0) return 'none';
  return {
    attempts: retries.attempts,
    perTryTimeoutMs: msOf(retries.perTryTimeout),
    words: failures.filter((failure) => !isStatus(failure)),
    statuses: failures.filter(isStatus).map(Number),
    backoffMs: durationMs(retries.backoff),
    anotherPod: true,
  };
}

function hash({ loadBalancing: { algorithm, hash: by } }: EffectiveValues): readonly string[] {
  if (algorithm !== 'consistent-hash' || by === undefined) return [];
  if (by.header !== undefined) return [`header ${by.header}`];
  return [by.cookie === undefined ? 'source address' : `cookie ${by.cookie}`];
}
