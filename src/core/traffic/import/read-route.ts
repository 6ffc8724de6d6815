import type { Cors } from '../../api/traffic/cors.ts';
import type { Fault } from '../../api/traffic/fault.ts';
import type { Match } from '../../api/traffic/matching.ts';
import type { Duration } from '../duration.ts';
import { durationAt } from './durations.ts';
import type { Fields } from './fields.ts';
import { matchOf } from './matches.ts';
import { corsOf, faultOf, type ReadRetries, retriesOf } from './route-policy.ts';

/** A receiver of requests: a Service by its whole name, and one of its versions where they are told apart. */
export interface Receiver {
  readonly host: string;
  readonly version: string | undefined;
  readonly port: number | undefined;
}

/** One HTTP route of a VirtualService, as far as values can say it. */
export interface ReadRoute {
  /** Where it stands in its object. */
  readonly path: string;
  readonly name: string | undefined;
  /** Every request where it is undefined. */
  readonly match: readonly Match[] | undefined;
  readonly timeout: Duration | 'none';
  readonly retries: ReadRetries;
  readonly fault: Exclude<Fault, 'none'> | 'none';
  readonly cors: Exclude<Cors, 'none'> | 'none';
  readonly to: readonly (Receiver & { readonly weight: number })[];
  readonly copies: readonly (Receiver & { readonly percent: number })[];
}

/**
 * Reads an HTTP route.
 * @param hostOf the whole name of a host as it is written
 * @param port of the service that the values are about, where it is known
 * @returns undefined where no condition of it can be said
 */
export function readRoute(
  route: Fields,
  hostOf: (host: string) => string,
  port: number | undefined,
): ReadRoute | undefined {
  const name = route.text('name');
  const conditions = route.list('match').map((match) => matchOf(match, port));
  const match = conditions.flatMap((one) => (one === undefined || one === 'every' ? [] : [one]));
  const read = {
    path: route.path,
    name,
    match: conditions.length === 0 || conditions.includes('every') ? undefined : match,
    timeout: durationAt(route, 'timeout') ?? ('none' as const),
    retries: retriesOf(route),
    fault: faultOf(route),
    cors: corsOf(route),
    to: destinationsOf(route, hostOf),
    copies: copiesOf(route, hostOf),
  };
  for (const key of ['redirect', 'directResponse', 'delegate'] as const)
    if (route.has(key)) route.leave(key, 'is something else than passing a request on; the whole route is left out');
  route.end();
  return read.match?.length === 0 || read.to.length === 0 ? undefined : read;
}

/** To whom a route leads, with their shares. */
export function destinationsOf(route: Fields, hostOf: (host: string) => string): ReadRoute['to'] {
  const destinations = route.list('route').map((one) => {
    const weight = one.number('weight');
    const receiver = receiverOf(one, hostOf);
    one.end();
    return { ...receiver, weight };
  });
  return destinations.map((one) => ({ ...one, weight: one.weight ?? (destinations.length === 1 ? 100 : 0) }));
}

function receiverOf(fields: Fields, hostOf: (host: string) => string): Receiver {
  const destination = fields.group('destination');
  const host = hostOf(destination.text('host') ?? '');
  const version = destination.text('subset');
  const port = destination.group('port').number('number');
  destination.end();
  return { host, version, port };
}

function copiesOf(route: Fields, hostOf: (host: string) => string): ReadRoute['copies'] {
  const several = route.list('mirrors').map((mirror) => {
    const percent = mirror.group('percentage').number('value') ?? 100;
    const receiver = receiverOf(mirror, hostOf);
    mirror.end();
    return { ...receiver, percent };
  });
  if (!route.has('mirror')) return several;
  const percent =
    route.group('mirrorPercentage').number('value') ??
    route.number('mirrorPercent') ??
    route.number('mirror_percent') ??
    100;
  const destination = route.group('mirror');
  const one = {
    host: hostOf(destination.text('host') ?? ''),
    version: destination.text('subset'),
    port: destination.group('port').number('number'),
    percent,
  };
  destination.end();
  return [one, ...several];
}
