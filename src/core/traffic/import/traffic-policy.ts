import type { CircuitBreaker } from '../../api/traffic/circuit-breaker.ts';
import type { LoadBalancing } from '../../api/traffic/load-balancing.ts';
import type { OutlierDetection } from '../../api/traffic/outlier-detection.ts';
import type { RetryBudget } from '../../api/traffic/retries.ts';
import { durationAt } from './durations.ts';
import type { Fields } from './fields.ts';

type On<T> = Exclude<T, 'none'>;

/** What a DestinationRule says for all requests to a service; each group complete. */
export interface ReadTrafficPolicy {
  readonly circuitBreaker: On<CircuitBreaker> | 'none';
  readonly retryBudget: On<RetryBudget> | 'none';
  readonly outlierDetection: On<OutlierDetection> | 'none';
  readonly loadBalancing: LoadBalancing;
  readonly tls: { readonly mode: 'none' | 'permissive' | 'mesh' };
}

/** Reads the trafficPolicy of a DestinationRule. What stands there for nothing is as Istio has it, version 1.31. */
export function trafficPolicyOf(policy: Fields): ReadTrafficPolicy {
  const outlierDetection = outlierDetectionOf(policy);
  const read = {
    ...connectionPoolOf(policy),
    outlierDetection,
    loadBalancing: loadBalancingOf(policy, outlierDetection !== 'none'),
    tls: tlsOf(policy),
  };
  policy.end();
  return read;
}

/** So many is no limit; the values take no greater number either. */
const NO_LIMIT = 1_000_000;
/** Below which Istio takes a time for none at all: Linux gives up connecting after 127 s, Envoy ends idle connections after an hour. */
const NO_CONNECT_TIMEOUT = '130s';
const NO_IDLE_TIMEOUT = '1h';
// MeshConfig.connectTimeout
const MESH_CONNECT_TIMEOUT = '10s';

function connectionPoolOf(policy: Fields): Pick<ReadTrafficPolicy, 'circuitBreaker' | 'retryBudget'> {
  const hasPool = policy.has('connectionPool');
  const pool = policy.group('connectionPool');
  const [tcp, http] = [pool.group('tcp'), pool.group('http')];
  const limit = (fields: Fields, key: string) => {
    const number = fields.number(key);
    // istiod takes 0 for what is not said (applyConnectionPool of cluster_traffic_policy.go)
    return number === undefined || number === 0 || number > NO_LIMIT ? 'none' : number;
  };
  const connectTimeout = durationAt(tcp, 'connectTimeout') ?? MESH_CONNECT_TIMEOUT;
  const idleTimeout = durationAt(http, 'idleTimeout') ?? NO_IDLE_TIMEOUT;
  const circuitBreaker = {
    maxConnections: limit(tcp, 'maxConnections'),
    maxPendingRequests: limit(http, 'http1MaxPendingRequests'),
    maxRequests: limit(http, 'http2MaxRequests'),
    maxRetries: limit(http, 'maxRetries'),
    connectTimeout: connectTimeout === NO_CONNECT_TIMEOUT ? 'none' : connectTimeout,
    maxRequestsPerConnection: limit(http, 'maxRequestsPerConnection'),
    idleTimeout: idleTimeout === NO_IDLE_TIMEOUT ? 'none' : idleTimeout,
  } as const;
  for (const part of [tcp, http, pool]) part.end();
  const limits = Object.values(circuitBreaker).some((one) => one !== 'none');
  return { circuitBreaker: hasPool && limits ? circuitBreaker : 'none', retryBudget: retryBudgetOf(policy, hasPool) };
}

function retryBudgetOf(policy: Fields, hasPool: boolean): ReadTrafficPolicy['retryBudget'] {
  if (!policy.has('retryBudget')) return 'none';
  const budget = policy.group('retryBudget');
  // as Envoy has them
  const read = {
    percent: budget.number('percent') ?? 20,
    // 0 is as if nothing were said
    minRetryConcurrency: budget.number('minRetryConcurrency') || 3,
  };
  budget.end();
  if (hasPool) return read;
  policy.leave('retryBudget', 'has no effect now: istiod reads it only beside a connectionPool, so it is left out');
  return 'none';
}

/** What cannot happen so often in a row never happens; the values take no greater number either. */
const MOST_IN_A_ROW = 10_000;

function outlierDetectionOf(policy: Fields): ReadTrafficPolicy['outlierDetection'] {
  if (!policy.has('outlierDetection')) return 'none';
  const block = policy.group('outlierDetection');
  // 0 switches the count off, but for failures to connect, where istiod takes it for what is not said
  const inARow = (key: string, preset: number, zero = 0): number | 'none' => {
    const number = (block.number(key) ?? preset) || zero;
    return number === 0 || number > MOST_IN_A_ROW ? 'none' : number;
  };
  const lasts = (key: string, preset: '10s' | '30s') => {
    const said = durationAt(block, key);
    return said === undefined || said === 'none' ? preset : said;
  };
  const splits = block.flag('splitExternalLocalOriginErrors') ?? false;
  const read = {
    consecutive5xx: inARow('consecutive5xxErrors', 5),
    consecutiveGatewayErrors: inARow('consecutiveGatewayErrors', 0),
    splitExternalLocalOriginErrors: splits,
    // Istio reads it only where such failures are counted apart
    ...(splits ? { consecutiveLocalOriginFailures: inARow('consecutiveLocalOriginFailures', 5, 5) } : {}),
    interval: lasts('interval', '10s'),
    baseEjectionTime: lasts('baseEjectionTime', '30s'),
    // 0 is as if nothing were said (applyOutlierDetection of the same file)
    maxEjectionPercent: block.number('maxEjectionPercent') || 10,
    minHealthPercent: block.number('minHealthPercent') ?? 0,
  } as const;
  block.end();
  return read;
}

const ALGORITHMS: Readonly<Record<string, 'round-robin' | 'least-request' | 'random'>> = {
  UNSPECIFIED: 'least-request',
  LEAST_REQUEST: 'least-request',
  LEAST_CONN: 'least-request',
  ROUND_ROBIN: 'round-robin',
  RANDOM: 'random',
};

function loadBalancingOf(policy: Fields, ejects: boolean): LoadBalancing {
  const block = policy.group('loadBalancer');
  const simple = block.text('simple') ?? 'UNSPECIFIED';
  const algorithm = Object.hasOwn(ALGORITHMS, simple) ? ALGORITHMS[simple] : undefined;
  if (algorithm === undefined) block.leave('simple', `is ${simple}; accepted: ${Object.keys(ALGORITHMS).join(', ')}`);
  const locality = block.group('localityLbSetting');
  // outlierDetection alone switches failover on
  const fails = locality.flag('enabled') ?? ejects;
  const warmup = block.group('warmup');
  const lasts = durationAt(warmup, 'duration') ?? durationAt(block, 'warmupDurationSecs') ?? 'none';
  const hash = hashOf(block);
  for (const part of [locality, warmup, block]) part.end();
  return {
    algorithm: hash === undefined ? (algorithm ?? 'least-request') : 'consistent-hash',
    ...(hash === undefined ? {} : { hash }),
    locality: fails ? 'failover' : 'none',
    warmup: lasts,
  };
}

function hashOf(block: Fields): LoadBalancing['hash'] | undefined {
  if (!block.has('consistentHash')) return undefined;
  const hash = block.group('consistentHash');
  const header = hash.text('httpHeaderName');
  const cookie = hash.group('httpCookie');
  const name = cookie.text('name');
  const address = hash.flag('useSourceIp');
  for (const part of [cookie, hash]) part.end();
  if (header !== undefined) return { header: header.toLowerCase() };
  if (name !== undefined) return { cookie: name };
  return address === true ? { sourceIp: true } : undefined;
}

const TLS: Readonly<Record<string, 'none' | 'mesh'>> = { DISABLE: 'none', ISTIO_MUTUAL: 'mesh' };

function tlsOf(policy: Fields): ReadTrafficPolicy['tls'] {
  if (!policy.has('tls')) return { mode: 'permissive' };
  const tls = policy.group('tls');
  const mode = tls.text('mode') ?? 'DISABLE';
  tls.end();
  const read = Object.hasOwn(TLS, mode) ? TLS[mode] : undefined;
  if (read !== undefined) return { mode: read };
  policy.leave('tls', `is of mode ${mode}; accepted: ${Object.keys(TLS).join(', ')}`);
  return { mode: 'permissive' };
}
