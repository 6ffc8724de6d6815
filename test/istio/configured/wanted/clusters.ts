import { type Duration, durationMs } from '../../../../src/core/traffic/duration.ts';
import type { EffectiveValues } from '../../../../src/core/traffic/effective-values.ts';
import type { Cluster, Ejection, None } from '../configuration.ts';
import { type KnownPod, ZONES } from '../corpus-in-mesh.ts';

// MeshConfig, where nobody says how long
const CONNECT_TIMEOUT_MS = 10_000;
// no duration is for ever: charts/mesh-standard/README.md
const NO_CONNECT_TIMEOUT_MS = 130_000;
const NO_IDLE_TIMEOUT_MS = 3_600_000;

export const msOf = (duration: Duration | None): number | None => (duration === 'none' ? 'none' : durationMs(duration));

/** The versions of a service that are told apart; nothing where they are not. */
export function versionsOf({ service, canary, mirror }: EffectiveValues): readonly string[] {
  const others = [canary, mirror].flatMap((group) => (group === 'none' ? [] : (group.version ?? [])));
  return others.length === 0 ? [] : [...new Set([service.version, ...others])];
}

/** What callers do with the pods of a service, by the name of the version; '' is for all of them. */
export function wantedClusters(values: EffectiveValues, pods: readonly KnownPod[]): Readonly<Record<string, Cluster>> {
  const of = (chosen: readonly KnownPod[]) => ({ ...policy(values), pods: wantedPods(values, chosen) });
  const versions = versionsOf(values).map((version) => [
    version,
    of(pods.filter(({ labels }) => labels.version === version)),
  ]);
  return { '': of(pods), ...Object.fromEntries(versions) };
}

function policy(values: EffectiveValues): Omit<Cluster, 'pods'> {
  const { circuitBreaker: breaker, retryBudget, outlierDetection, loadBalancing, service, tls } = values;
  const isHttp = service.protocol !== 'tcp';
  const hasPool = breaker !== 'none' || (isHttp && retryBudget !== 'none');
  const { connectTimeout, idleTimeout, ...counts } = breaker === 'none' ? NO_BREAKER : breaker;
  const ofRequests = isHttp ? counts : NO_BREAKER;
  const hasSlowStart = ['round-robin', 'least-request'].includes(loadBalancing.algorithm);
  return {
    connectTimeoutMs: !hasPool
      ? CONNECT_TIMEOUT_MS
      : connectTimeout === 'none'
        ? NO_CONNECT_TIMEOUT_MS
        : durationMs(connectTimeout),
    limits: {
      maxConnections: counts.maxConnections,
      maxPendingRequests: ofRequests.maxPendingRequests,
      maxRequests: ofRequests.maxRequests,
      // not-carried.ts; the routes have no retries then
      maxRetries: ofRequests.maxRetries === 0 ? 'none' : ofRequests.maxRetries,
      maxRequestsPerConnection: ofRequests.maxRequestsPerConnection,
      idleTimeoutMs:
        !hasPool || !isHttp ? 'none' : idleTimeout === 'none' ? NO_IDLE_TIMEOUT_MS : durationMs(idleTimeout),
    },
    retryBudget:
      isHttp && retryBudget !== 'none'
        ? { ...retryBudget, minRetryConcurrency: Math.max(1, retryBudget.minRetryConcurrency) }
        : 'none',
    ejection: outlierDetection === 'none' ? 'none' : ejection(outlierDetection),
    balancing: {
      algorithm: loadBalancing.algorithm,
      warmupMs: hasSlowStart ? msOf(loadBalancing.warmup) : 'none',
    },
    http2: service.protocol === 'http2' || service.protocol === 'grpc',
    tls: ({ mesh: 'mutual', permissive: 'automatic', none: 'none' } as const)[tls.mode],
  };
}

const NO_BREAKER = {
  maxConnections: 'none',
  maxPendingRequests: 'none',
  maxRequests: 'none',
  maxRetries: 'none',
  maxRequestsPerConnection: 'none',
  connectTimeout: 'none',
  idleTimeout: 'none',
} as const;

function ejection(values: Exclude<EffectiveValues['outlierDetection'], None>): Ejection {
  const split = values.splitExternalLocalOriginErrors;
  return {
    consecutive5xx: values.consecutive5xx,
    consecutiveGatewayErrors: values.consecutiveGatewayErrors,
    consecutiveLocalOriginFailures: split ? values.consecutiveLocalOriginFailures : 'none',
    split,
    intervalMs: durationMs(values.interval),
    baseEjectionTimeMs: durationMs(values.baseEjectionTime),
    maxEjectionPercent: values.maxEjectionPercent,
    panicThreshold: values.minHealthPercent,
    bySuccessRate: false,
  };
}

/** Other zones come second where they only help out; Envoy looks beyond the first when pods are left out. */
function wantedPods({ loadBalancing, outlierDetection }: EffectiveValues, pods: readonly KnownPod[]): Cluster['pods'] {
  const hasOrder = loadBalancing.locality === 'failover' && outlierDetection !== 'none';
  return pods
    .map(({ ip, zone }) => ({ ip, zone, priority: hasOrder ? ZONES.indexOf(zone) : 0 }))
    .sort((one, other) => (one.ip < other.ip ? -1 : 1));
}
