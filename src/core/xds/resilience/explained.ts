import type { None } from '../../api/traffic/building-blocks.ts';
import type { Match } from '../../api/traffic/matching.ts';
import { pointer } from '../../json/pointer.ts';
import type { RequestPolicy } from '../../traffic/effective-values.ts';
import type { Origin } from '../../traffic/origin.ts';
import { listenerOf } from '../outbound-listeners.ts';
import { type Destination, upstreamName } from './destination.ts';
import { SAFE_METHODS } from './retries.ts';
import { routePlan, type Share } from './route-plan.ts';
import { calledHosts, envoyRoutes } from './virtual-host.ts';

/** One setting that counts, as it is told: what it is, what it says, and who chose it. */
export interface ExplainedSetting {
  readonly what: string;
  readonly value: string | number | boolean;
  readonly origin: Origin | undefined;
}

/** What becomes of some of the requests to a destination. */
export interface ExplainedRoute {
  readonly name: string;
  /** As how many of Envoy’s it stands in the configuration: some requests of one are tried again after more failures than others. */
  readonly envoyRoutes: number;
  /** Which requests; every other one where it is empty. */
  readonly match: Match | undefined;
  /** Where they go: upstreams, each with its share of a hundred. */
  readonly to: readonly Share[];
  readonly settings: readonly ExplainedSetting[];
}

/** What a pod’s sidecar does with the requests to one Service. */
export interface ExplainedDestination {
  /** As namespace/name. */
  readonly service: string;
  /** The listener of the sidecar that takes the requests: one for the port that is called. */
  readonly listener: string;
  /** By what host requests to it are known. */
  readonly hosts: readonly string[];
  /** Whether each of its pods is known, or one address for all of them. */
  readonly endpoints: 'each pod' | 'one address';
  readonly upstream: string;
  /** In the order in which they are tried. */
  readonly routes: readonly ExplainedRoute[];
  /** What holds for all of its requests together. */
  readonly settings: readonly ExplainedSetting[];
}

/** A Service that leads to a pod. */
export interface ExplainedServed {
  /** Of the pod. */
  readonly port: number;
  readonly service: string;
  readonly cors: 'none' | 'answered';
  /** What was chosen for it of what is told about its requests; of everything else the profile decides. */
  readonly telemetry: readonly ExplainedSetting[];
  /** Other Services on the port that choose something about its requests, which does not count. */
  readonly passedOver: readonly string[];
}

/** Tells what a pod’s sidecar does with the requests to one Service, as it is rendered. */
export function explainedDestination(
  destination: Destination,
  ownNamespace: string,
  clusterDomain: string,
): ExplainedDestination {
  const { namespace, name, headless } = destination;
  return {
    service: `${namespace}/${name}`,
    listener: listenerOf(destination),
    hosts: calledHosts(destination, ownNamespace, clusterDomain),
    endpoints: headless ? 'each pod' : 'one address',
    upstream: upstreamName(destination, name),
    routes: routePlan(destination).map((planned) => ({
      name: planned.name,
      envoyRoutes: envoyRoutes(destination, planned).length,
      match: planned.match,
      to: planned.to,
      settings: requestSettings(destination, planned.at, planned.policy),
    })),
    settings: sharedSettings(destination),
  };
}

function requestSettings(
  { origins }: Destination,
  at: string,
  { timeout, retries, fault }: RequestPolicy,
): readonly ExplainedSetting[] {
  const setting = (what: string, value: unknown): readonly ExplainedSetting[] => {
    const path = at + pointer(...what.split('.'));
    return value === undefined ? [] : [{ what, value: textOf(value), origin: originOf(origins, path) }];
  };
  return [
    ...setting('timeout', timeout),
    ...(retries === 'none'
      ? setting('retries', retries)
      : Object.entries(retries).flatMap(([field, value]) =>
          setting(`retries.${field}`, field === 'methods' ? methodsOf(value as 'idempotent' | 'all') : value),
        )),
    ...(fault === 'none'
      ? []
      : Object.entries(fault).flatMap(([kind, fields]) =>
          Object.entries(fields).flatMap(([field, value]) => setting(`fault.${kind}.${field}`, value)),
        )),
  ];
}

const methodsOf = (methods: 'idempotent' | 'all'): string =>
  methods === 'all' ? 'all' : `${methods} (${SAFE_METHODS.join(', ')}; others where nothing reached the server)`;

const SHARED = ['retryBudget', 'circuitBreaker', 'outlierDetection', 'loadBalancing', 'canary', 'mirror'] as const;
// told with the route that it makes
const MATCH = 'match';

function sharedSettings({ values, origins, headless }: Destination): readonly ExplainedSetting[] {
  return SHARED.filter((group) => headless || group !== 'outlierDetection').flatMap((group) => {
    const value: object | None = values[group];
    if (value === 'none') return [{ what: group, value, origin: originOf(origins, pointer(group)) }];
    const fields = Object.entries(value).filter(([field]) => field !== MATCH);
    return fields.map(([field, one]) => ({
      what: `${group}.${field}`,
      value: textOf(one),
      origin: originOf(origins, pointer(group, field)),
    }));
  });
}

/** Who chose a value: of a group that came as a whole, who chose that. */
function originOf(origins: Destination['origins'], path: string): Origin | undefined {
  const known = origins.get(path);
  if (known !== undefined || path === '') return known;
  return originOf(origins, path.slice(0, path.lastIndexOf('/')));
}

function textOf(value: unknown): ExplainedSetting['value'] {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : (value as ExplainedSetting['value']);
}
