import type { Canary, Mirror } from '../../api/traffic/canary.ts';
import type { Route } from '../../api/traffic/routes.ts';
import { canonicalJson } from '../../json/canonical.ts';
import type { Left } from './fields.ts';
import { paired } from './paired-routes.ts';
import type { ReadRoute, Receiver } from './read-route.ts';

type On<T> = Exclude<T, 'none'>;

/** What the HTTP routes of a service come to. */
export interface Plan extends Pick<ReadRoute, 'timeout' | 'retries' | 'fault' | 'cors'> {
  readonly version: string | undefined;
  readonly routes: readonly Route[];
  readonly canary: On<Canary> | 'none';
  readonly mirror: On<Mirror> | 'none';
}

/** The service whose routes are read. */
export interface PlannedService {
  readonly host: string;
  /** Its versions that are told apart, by the DestinationRule. */
  readonly subsets: readonly string[];
  /** How values name another service. */
  readonly referenceTo: (host: string) => string | undefined;
}

/** What is done with requests that no route takes, where there is no route for every one. */
const PASSED_ON = { timeout: 'none', retries: 'none', fault: 'none', cors: 'none', to: [], copies: [] } as const;

/** Brings routes into the order of values: the new version’s own requests, then routes, then everything else. */
export function planOf(read: readonly ReadRoute[], service: PlannedService, left: Left): Plan {
  const all = paired(read);
  const open = all.findIndex(({ match }) => match === undefined);
  for (const { path } of open < 0 ? [] : all.slice(open + 1))
    left(path, 'is never reached, since a route before it takes every request; it is left out');
  const rest = open < 0 ? undefined : all[open];
  const special = open < 0 ? all : all.slice(0, open);
  if (rest === undefined && all.length > 0)
    left(
      '/spec/http',
      'has no route for every request, so others are answered 404 now; with values they go to the service',
    );
  const last = rest ?? { ...PASSED_ON, path: '/spec/http', name: undefined, match: undefined };
  const shares = sharesOf(last, service, left);
  const [first] = special;
  const leads = first !== undefined && isOnlyNew(first, shares.own, service.host) ? first : undefined;
  const version = shares.next ?? leads?.to[0]?.version;
  const others = leads === undefined ? special : special.slice(1);
  if (leads !== undefined) sameForNew(leads, last, left);
  for (const route of others) sameReceivers(route, last, left);
  // what the requests to a new version are subject to is what the service itself says
  const own = leads !== undefined && rest !== undefined && isOtherwise(leads, last) ? leads : last;
  const routes = own === leads && rest !== undefined ? [...others, rest] : others;
  const copies = copiesOf(last, version, service, left);
  // versions to which nothing is sent yet are said as a canary and a mirror that get nothing
  const idle = service.subsets.filter((name) => ![shares.own, version, copies.mirror?.version].includes(name));
  const named = version ?? (copies.mirror?.version === undefined ? idle.shift() : undefined);
  const [unused] = idle;
  const { timeout, retries, fault, cors } = own;
  return {
    ...{ timeout, retries, fault, cors, version: shares.own },
    routes: routes.map((route, index) => routeOf(route, own, index)),
    canary:
      named === undefined
        ? 'none'
        : {
            version: named,
            ...(shares.weight === 0 ? {} : { weight: shares.weight }),
            ...(leads?.match === undefined ? {} : { match: [...leads.match] }),
            ...(copies.canaryPercent === 0 ? {} : { mirrorPercent: copies.canaryPercent }),
          },
    mirror: copies.mirror ?? (unused === undefined ? 'none' : { version: unused, percent: 0 }),
  };
}

type Rest = Pick<ReadRoute, 'path' | 'timeout' | 'retries' | 'fault' | 'cors' | 'to' | 'copies'>;

interface Shares {
  /** The version that gets what no other does. */
  readonly own: string | undefined;
  /** The new one, where it gets a share. */
  readonly next: string | undefined;
  readonly weight: number;
}

function sharesOf({ path, to }: Rest, { host, subsets }: PlannedService, left: Left): Shares {
  const shares = to.filter(({ weight }) => weight > 0);
  for (const one of shares)
    if (one.host !== host) left(path, `sends requests to ${one.host}; values send those to a service to that service`);
  const [one, other, third] = shares.filter((share) => share.host === host);
  const [known] = subsets;
  if (third !== undefined) left(path, 'shares requests out among more than two versions; values know one new one');
  if (one === undefined || other === undefined) {
    const isNew = one?.version !== undefined && known !== undefined && one.version !== known;
    return isNew
      ? { own: known, next: one.version, weight: 100 }
      : { own: one?.version ?? known, next: undefined, weight: 0 };
  }
  const sum = one.weight + other.weight;
  const weight = Math.round((other.weight * 100) / sum);
  if (sum !== 100) left(path, `has weights of ${sum} in all; as shares of 100 the new version has ${weight}`);
  return { own: one.version, next: other.version, weight };
}

const isOnlyNew = ({ to, match }: ReadRoute, own: string | undefined, host: string): boolean =>
  match !== undefined &&
  to.length === 1 &&
  to[0]?.host === host &&
  to[0].version !== undefined &&
  to[0].version !== own;

const POLICY = ['timeout', 'retries', 'fault'] as const;

const isOtherwise = (one: Rest, other: Rest): boolean =>
  POLICY.some((field) => canonicalJson(one[field]) !== canonicalJson(other[field]));

function sameForNew(leads: ReadRoute, rest: Rest, left: Left): void {
  if (canonicalJson(leads.cors) !== canonicalJson(rest.cors))
    left(leads.path, 'has another corsPolicy than the last route; values have one for all');
  if (leads.copies.length > 0) left(leads.path, 'has mirrors; requests to a new version have none');
}

function sameReceivers(route: ReadRoute, rest: Rest, left: Left): void {
  if (canonicalJson(route.to) !== canonicalJson(rest.to))
    left(
      route.path,
      'sends requests elsewhere than the last route; in values all routes but a new version’s send them to the same place',
    );
  if (canonicalJson(route.copies) !== canonicalJson(rest.copies))
    left(route.path, 'has other mirrors than the last route; values have one for all');
  if (canonicalJson(route.cors) !== canonicalJson(rest.cors))
    left(route.path, 'has another corsPolicy than the last route; values have one for all');
}

function copiesOf(
  { path, copies }: Rest,
  version: string | undefined,
  service: PlannedService,
  left: Left,
): { readonly mirror: On<Mirror> | undefined; readonly canaryPercent: number } {
  const own = copies.findLastIndex(
    (copy) => isVersion(copy, service.host) && copy.version === version && version !== undefined,
  );
  const others = copies.filter((_, index) => index !== own);
  if (others.length > 1) left(path, `has ${copies.length} mirrors; values know one, beside that of a new version`);
  const [other] = others;
  const canaryPercent = copies[own]?.percent ?? 0;
  if (other === undefined) return { mirror: undefined, canaryPercent };
  const { percent } = other;
  if (isVersion(other, service.host)) return { mirror: { version: other.version ?? '', percent }, canaryPercent };
  const reference = service.referenceTo(other.host);
  if (reference !== undefined) return { mirror: { service: reference, percent }, canaryPercent };
  left(path, `has a mirror at ${other.host}; accepted: a Service of the cluster`);
  return { mirror: undefined, canaryPercent };
}

const isVersion = (receiver: Receiver, host: string): boolean =>
  receiver.host === host && receiver.version !== undefined;

// as the schema of routes has it
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

function routeOf(route: ReadRoute, rest: Rest, index: number): Route {
  const differs = (field: 'timeout' | 'retries' | 'fault') =>
    canonicalJson(route[field]) !== canonicalJson(rest[field]);
  const name = route.name?.toLowerCase() ?? '';
  return {
    name: NAME.test(name) ? name : `route-${index + 1}`,
    ...(route.match === undefined ? {} : { match: [...route.match] }),
    ...(differs('timeout') ? { timeout: route.timeout } : {}),
    ...(differs('retries') ? { retries: route.retries } : {}),
    ...(differs('fault') ? { fault: route.fault } : {}),
  } as Route;
}
