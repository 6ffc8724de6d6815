import type { None } from '../api/traffic/building-blocks.ts';
import type { Canary, Mirror } from '../api/traffic/canary.ts';
import type { CircuitBreaker } from '../api/traffic/circuit-breaker.ts';
import type { Cors } from '../api/traffic/cors.ts';
import type { TrafficDefaults } from '../api/traffic/defaults.ts';
import type { Exposure } from '../api/traffic/exposure.ts';
import type { Fault } from '../api/traffic/fault.ts';
import type { LoadBalancing } from '../api/traffic/load-balancing.ts';
import type { Match } from '../api/traffic/matching.ts';
import type { OutlierDetection } from '../api/traffic/outlier-detection.ts';
import type { Retries, RetryBudget } from '../api/traffic/retries.ts';
import { Route } from '../api/traffic/routes.ts';
import type { Environment, Service } from '../api/traffic/service.ts';
import type { Sidecar } from '../api/traffic/sidecar.ts';
import type { Telemetry } from '../api/traffic/telemetry.ts';
import { TrafficValues } from '../api/traffic/values.ts';
import { pointer } from '../json/pointer.ts';
import { BUILT_IN_LAYERS } from './built-in-layers.ts';
import type { Duration } from './duration.ts';
import type { Origin, Origins } from './origin.ts';
import { type Layer, overlaid } from './overlay.ts';

/** A group with some of its fields certainly there. */
type With<T, K extends keyof T> = Readonly<Omit<T, K> & Required<Pick<T, K>>>;
/** A group that is not switched off. */
type On<T> = Exclude<T, None>;

/** What one request is subject to, whichever route it takes. */
export interface RequestPolicy {
  readonly timeout: Duration | None;
  /** Without a perTryTimeout each try has the whole timeout. */
  readonly retries: Readonly<Required<On<Retries>>> | None;
  readonly fault: Readonly<On<Fault>> | None;
}

/** One route with what it takes over from the service. */
export interface EffectiveRoute extends RequestPolicy {
  readonly name: string;
  /** Undefined for one that takes every request. */
  readonly match?: readonly Match[];
}

/** Traffic values with everything in them that counts: whatever is off is the word none, and nothing is left to be assumed. */
export interface EffectiveValues extends RequestPolicy {
  readonly environment?: Environment;
  readonly service: With<Service, 'protocol' | 'version' | 'tier' | 'minReplicas'>;
  readonly dependsOn: readonly string[];
  readonly expose: readonly Exposure[];
  readonly retryBudget: Readonly<Required<On<RetryBudget>>> | None;
  readonly circuitBreaker: Readonly<Required<On<CircuitBreaker>>> | None;
  readonly outlierDetection: Readonly<Required<On<OutlierDetection>>> | None;
  readonly loadBalancing: With<LoadBalancing, 'algorithm' | 'locality' | 'warmup'>;
  readonly cors: With<On<Cors>, 'origins' | 'methods' | 'headers' | 'exposeHeaders' | 'credentials'> | None;
  readonly tls: { readonly mode: 'none' | 'permissive' | 'mesh' };
  readonly telemetry: {
    readonly accessLog: NonNullable<Telemetry['accessLog']>;
    readonly accessLogSampling: number;
    readonly tracing: { readonly sampling: number } | None;
  };
  readonly sidecar: With<Sidecar, 'inject' | 'podAnnotationsAt' | 'podLabelsAt'>;
  readonly routes: readonly EffectiveRoute[];
  readonly canary: Readonly<On<Canary>> | None;
  readonly mirror: Readonly<On<Mirror>> | None;
}

/** Effective values together with who chose each. */
export interface Effective {
  readonly values: EffectiveValues;
  readonly origins: Origins;
}

/** What a route takes over from the service. */
export const INHERITED = ['timeout', 'retries', 'fault'] as const;

/**
 * What counts for a service: the company’s defaults, over them those of its tier and of its environment, over them what its team
 * wrote. A route takes from the service what it does not say itself; the origin of such a value is the one it has there.
 */
export function effectiveValues(project: TrafficValues, company: TrafficDefaults): Effective {
  const layers = layersOf(project, company);
  const { values, origins } = overlaid(layers, TrafficValues);
  const known = new Map(origins);
  // what the routes consist of is told in place of the list, and as the last
  known.delete('/routes');
  const routes = (project.routes ?? []).map(({ name, match, ...own }, index) => {
    const at = pointer('routes', index);
    const route = overlaid([...layers.map(inheritedOf), { origin: 'project', values: own }], Route);
    known.set(`${at}/name`, 'project');
    if (match !== undefined) known.set(`${at}/match`, 'project');
    for (const [path, origin] of route.origins) known.set(at + path, origin);
    return { name, ...(match === undefined ? {} : { match }), ...(route.values as RequestPolicy) };
  });
  if (routes.length === 0) known.set('/routes', origins.get('/routes') ?? 'built in');
  return { values: { ...(values as EffectiveValues), routes }, origins: known };
}

/** The layers that count for these values, the team’s own as the last. */
export function layersOf(project: TrafficValues, company: TrafficDefaults): readonly Layer[] {
  const { environment } = project;
  const tier = project.service.tier ?? company.defaults?.service?.tier ?? 'standard';
  const { meshVersion: _version, global: _global, waivers: _waivers, ...own } = project;
  return [
    ...BUILT_IN_LAYERS,
    ...layer('defaults', company.defaults),
    ...layer(`tier ${tier}`, company.tiers?.[tier]),
    ...(environment === undefined ? [] : layer(`environment ${environment}`, company.environments?.[environment])),
    ...layer('project', own),
  ];
}

const layer = (origin: Origin, values: object | undefined): readonly Layer[] =>
  values === undefined ? [] : [{ origin, values }];

const inheritedOf = ({ origin, values }: Layer): Layer => ({
  origin,
  values: Object.fromEntries(Object.entries(values).filter(([key]) => INHERITED.some((name) => name === key))),
});
