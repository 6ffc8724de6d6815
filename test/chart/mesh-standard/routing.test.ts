import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { HeaderMatch, Match } from '../../../src/core/api/traffic/matching.ts';
import { HARMLESS_FAILURES } from '../../../src/core/api/traffic/retries.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../../src/core/traffic/defaults.generated.ts';
import { effectiveValues } from '../../../src/core/traffic/effective-values.ts';
import type { Destination } from '../../../src/core/xds/resilience/destination.ts';
import { SAFE_METHODS } from '../../../src/core/xds/resilience/retries.ts';
import { routePlan } from '../../../src/core/xds/resilience/route-plan.ts';
import { objectsIn } from '../helm-runs.ts';
import { type CorpusFile, corpusFiles } from './corpus.ts';
import { meshTemplate } from './mesh-chart.ts';

interface Request {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What becomes of a request, as far as both profiles say it. */
interface Treatment {
  readonly timeout: string | undefined;
  readonly attempts: number;
  readonly failures: readonly string[];
  /** Versions, each with its share of a hundred. */
  readonly to: Readonly<Record<string, number>>;
}

const asText = (wanted: unknown, has: string | undefined): boolean => {
  if (has === undefined) return false;
  const { exact, prefix, regex } = wanted as { exact?: string; prefix?: string; regex?: string };
  if (exact !== undefined) return has === exact;
  if (prefix !== undefined) return has.startsWith(prefix);
  return regex === undefined || new RegExp(`^(?:${regex})$`).test(has);
};

const header = (request: Request, name: string, wanted: HeaderMatch | object): boolean =>
  asText(
    typeof wanted === 'string' ? { exact: wanted } : wanted,
    Object.hasOwn(request.headers, name) ? request.headers[name] : undefined,
  );

const fulfils = (request: Request, { path = {}, headers = {}, methods }: Match): boolean =>
  asText(path, request.path) &&
  Object.entries(headers).every(([name, wanted]) => header(request, name, wanted)) &&
  (methods === undefined || methods.some((method) => method === request.method));

/** What the values mean for a request: the plan of the plain Envoy, by its own words. */
function meant(destination: Destination, request: Request): Treatment {
  const planned = routePlan(destination).find(({ match }) => match === undefined || fulfils(request, match));
  if (planned === undefined) throw new Error('no route is planned');
  const { timeout } = planned.policy;
  const { circuitBreaker, retryBudget } = destination.values;
  // Envoy has none under way
  const isForbidden = circuitBreaker !== 'none' && circuitBreaker.maxRetries === 0 && retryBudget === 'none';
  const retries = isForbidden ? 'none' : planned.policy.retries;
  const isSafe = SAFE_METHODS.some((method) => method === request.method);
  const harmless = (failure: string) => HARMLESS_FAILURES.some((word) => word === failure);
  const failures =
    retries === 'none' || retries.attempts === 0
      ? []
      : retries.retryOn.filter((failure) => isSafe || retries.methods === 'all' || harmless(failure));
  const { name, namespace, port, values } = destination;
  const own = `${namespace}/${name}/${port}`;
  return {
    timeout: timeout === 'none' ? undefined : timeout,
    attempts: failures.length === 0 || retries === 'none' ? 0 : retries.attempts,
    failures,
    to: Object.fromEntries(
      planned.to
        .filter(({ weight }) => weight > 0)
        .map(({ upstream, weight }) => [upstream === own ? values.service.version : canaryOf(values), weight]),
    ),
  };
}

const canaryOf = ({ canary }: Destination['values']): string => (canary === 'none' ? '' : canary.version);

interface IstioMatch {
  readonly uri?: object;
  readonly method?: object;
  readonly headers?: Readonly<Record<string, object>>;
}

interface IstioRoute {
  readonly match?: readonly IstioMatch[];
  readonly timeout?: string;
  readonly retries: { readonly attempts: number; readonly retryOn?: string };
  readonly route: readonly { readonly destination: { readonly subset?: string }; readonly weight?: number }[];
}

/** What the routes of a VirtualService mean for a request: the first that matches counts. */
function rendered(routes: readonly IstioRoute[], { service }: Destination['values'], request: Request): Treatment {
  const matches = ({ uri = {}, method = {}, headers = {} }: IstioMatch): boolean =>
    asText(uri, request.path) &&
    asText(method, request.method) &&
    Object.entries(headers).every(([name, wanted]) => header(request, name, wanted));
  const found = routes.find(({ match }) => match === undefined || match.some(matches));
  if (found === undefined) throw new Error(`no route for ${JSON.stringify(request)}`);
  const { attempts, retryOn } = found.retries;
  const to = found.route.map(({ destination, weight = 100 }) => [destination.subset ?? service.version, weight]);
  return { timeout: found.timeout, attempts, failures: retryOn?.split(',') ?? [], to: Object.fromEntries(to) };
}

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'];

/** Requests that the conditions of some values are about, and others. */
function requestsFor(destination: Destination): fc.Arbitrary<Request> {
  const conditions = routePlan(destination).flatMap(({ match }) => match ?? []);
  const paths = conditions.flatMap(({ path = {} }) => [path.exact ?? path.prefix ?? '/items/12']);
  const value = (wanted: HeaderMatch) =>
    typeof wanted === 'string' ? wanted : (wanted.exact ?? wanted.prefix ?? '12');
  const headers = conditions.map(({ headers: wanted = {} }) =>
    Object.fromEntries(Object.entries(wanted).map(([name, one]) => [name, value(one)])),
  );
  return fc.record({
    path: fc.constantFrom('/', '/other', ...paths, ...paths.map((path) => `${path}x`)),
    method: fc.constantFrom(...METHODS),
    headers: fc.constantFrom({}, ...headers),
  });
}

const isHttp = ({ values }: CorpusFile): boolean => values.service.protocol !== 'tcp';

test.each(corpusFiles().filter(isHttp))('$name: each request is treated as the values mean it', async (file) => {
  const { code, stdout, stderr } = await meshTemplate(4, ['-f', file.path]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const effective = effectiveValues(file.values, BUILT_IN_TRAFFIC_DEFAULTS);
  const { name, port } = effective.values.service;
  const destination: Destination = { ...effective, namespace: 'shop', name, port, podPort: port, headless: false };
  const services = objectsIn(stdout).filter(({ kind, spec }) => kind === 'VirtualService' && spec.http !== undefined);
  expect(services.length).toBeGreaterThan(0);
  fc.assert(
    fc.property(fc.constantFrom(...services), requestsFor(destination), ({ spec }, request) => {
      expect(rendered(spec.http, effective.values, request)).toEqual(meant(destination, request));
    }),
    { numRuns: 100 },
  );
});
