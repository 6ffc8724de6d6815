import type { Cluster, Ejection, None } from '../configuration.ts';
import type { Message } from '../discovery.ts';

// what istiod writes where nothing limits, and the largest number that the chart can write
const UNLIMITED = [4_294_967_295, 2_147_483_647];
const OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** Milliseconds of a duration as JSON has it: 0.025s. */
export const msIn = (duration: string): number => Math.round(Number(duration.replace('s', '')) * 1_000);
const msOrNone = (duration: string | undefined): number | None => (duration === undefined ? 'none' : msIn(duration));

/**
 * What a proxy does with the pods behind a cluster.
 * @param assignment its endpoints
 */
export function carriedCluster(cluster: Message, assignment: Message): Cluster {
  const [limits = {}] = cluster.circuit_breakers?.thresholds ?? [];
  const options = cluster.typed_extension_protocol_options?.[OPTIONS] ?? {};
  const common = options.common_http_protocol_options ?? {};
  const budget = limits.retry_budget;
  return {
    connectTimeoutMs: msIn(cluster.connect_timeout),
    limits: {
      maxConnections: limit(limits.max_connections),
      maxPendingRequests: limit(limits.max_pending_requests),
      maxRequests: limit(limits.max_requests),
      maxRetries: limit(limits.max_retries),
      maxRequestsPerConnection: common.max_requests_per_connection ?? 'none',
      idleTimeoutMs: msOrNone(common.idle_timeout),
    },
    retryBudget:
      budget === undefined
        ? 'none'
        : { percent: budget.budget_percent.value, minRetryConcurrency: budget.min_retry_concurrency },
    ejection: ejection(cluster),
    balancing: balancing(cluster),
    http2: options.explicit_http_config?.http2_protocol_options !== undefined,
    tls: tls(cluster),
    pods: carriedPods(assignment),
  };
}

/** Envoy allows 1024, and 3 retries, where nothing is said. */
function limit(said: number | undefined): number | None {
  if (said === undefined) return -1;
  return UNLIMITED.includes(said) ? 'none' : said;
}

// what Envoy takes where nothing is said (OutlierDetection of its API)
const ENFORCED = 100;
const IN_A_ROW = 5;

/** A number that is not enforced does not count. */
const counted = (number: number | undefined, enforced: number | undefined, byDefault: number): number | None => {
  const isCounted = (enforced ?? byDefault) > 0 && !UNLIMITED.includes(number ?? IN_A_ROW);
  return isCounted ? (number ?? IN_A_ROW) : 'none';
};

function ejection({ outlier_detection: said, common_lb_config: common }: Message): Ejection | None {
  if (said === undefined) return 'none';
  const split = said.split_external_local_origin_errors ?? false;
  return {
    consecutive5xx: counted(said.consecutive_5xx, said.enforcing_consecutive_5xx, ENFORCED),
    consecutiveGatewayErrors: counted(said.consecutive_gateway_failure, said.enforcing_consecutive_gateway_failure, 0),
    consecutiveLocalOriginFailures: split
      ? counted(said.consecutive_local_origin_failure, said.enforcing_consecutive_local_origin_failure, ENFORCED)
      : 'none',
    split,
    intervalMs: msIn(said.interval),
    baseEjectionTimeMs: msIn(said.base_ejection_time),
    maxEjectionPercent: said.max_ejection_percent,
    panicThreshold: common.healthy_panic_threshold?.value ?? (common.healthy_panic_threshold === undefined ? 50 : 0),
    bySuccessRate:
      (said.enforcing_success_rate ?? ENFORCED) > 0 ||
      (split && (said.enforcing_local_origin_success_rate ?? ENFORCED) > 0),
  };
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  LEAST_REQUEST: 'least-request',
  RANDOM: 'random',
  RING_HASH: 'consistent-hash',
};

function balancing({ lb_policy, least_request_lb_config, round_robin_lb_config }: Message): Cluster['balancing'] {
  const slow = least_request_lb_config?.slow_start_config ?? round_robin_lb_config?.slow_start_config;
  // JSON leaves the first word of an enumeration out
  return {
    algorithm: lb_policy === undefined ? 'round-robin' : (ALGORITHMS[lb_policy] ?? lb_policy),
    warmupMs: msOrNone(slow?.slow_start_window),
  };
}

const TLS_CONTEXT = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext';
const isTls = (socket: Message): boolean => socket?.typed_config?.['@type'] === TLS_CONTEXT;

function tls({ transport_socket, transport_socket_matches: matches = [] }: Message): Cluster['tls'] {
  if (isTls(transport_socket)) return 'mutual';
  const withCertificate = matches.find((one: Message) => one.match?.tlsMode === 'istio');
  return isTls(withCertificate?.transport_socket) ? 'automatic' : 'none';
}

function carriedPods({ endpoints = [] }: Message): Cluster['pods'] {
  return endpoints
    .flatMap(({ locality, priority = 0, lb_endpoints = [] }: Message) =>
      lb_endpoints.map(({ endpoint }: Message) => ({
        ip: endpoint.address.socket_address.address,
        zone: locality.zone,
        priority,
      })),
    )
    .sort((one: Message, other: Message) => (one.ip < other.ip ? -1 : 1));
}
