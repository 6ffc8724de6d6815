import { Document, isMap, isScalar, parse, type YAMLMap } from 'yaml';
import type { ExplainedDestination, ExplainedServed, ExplainedSetting } from './resilience/explained.ts';
import type { EnvoyMessage } from './types.ts';

/** The way to a scalar in a map. */
type Way = readonly (string | number)[];

/**
 * Where in an upstream each setting of a Service ends up, and where in a route each that its requests are subject to. The ways are those of
 * src/core/xds/resilience; a test finds each of them there.
 */
const IN_UPSTREAM: Readonly<Record<string, readonly Way[]>> = {
  'circuitBreaker.maxConnections': [['circuit_breakers', 'thresholds', 0, 'max_connections']],
  'circuitBreaker.maxPendingRequests': [['circuit_breakers', 'thresholds', 0, 'max_pending_requests']],
  'circuitBreaker.maxRequests': [['circuit_breakers', 'thresholds', 0, 'max_requests']],
  'circuitBreaker.maxRetries': [['circuit_breakers', 'thresholds', 0, 'max_retries']],
  'circuitBreaker.connectTimeout': [['connect_timeout']],
  'retryBudget.percent': [['circuit_breakers', 'thresholds', 0, 'retry_budget', 'budget_percent', 'value']],
  'retryBudget.minRetryConcurrency': [['circuit_breakers', 'thresholds', 0, 'retry_budget', 'min_retry_concurrency']],
  'outlierDetection.consecutive5xx': [['outlier_detection', 'consecutive_5xx']],
  'outlierDetection.consecutiveGatewayErrors': [['outlier_detection', 'consecutive_gateway_failure']],
  'outlierDetection.consecutiveLocalOriginFailures': [['outlier_detection', 'consecutive_local_origin_failure']],
  'outlierDetection.splitExternalLocalOriginErrors': [['outlier_detection', 'split_external_local_origin_errors']],
  'outlierDetection.interval': [['outlier_detection', 'interval']],
  'outlierDetection.baseEjectionTime': [['outlier_detection', 'base_ejection_time']],
  'outlierDetection.maxEjectionPercent': [['outlier_detection', 'max_ejection_percent']],
  'outlierDetection.minHealthPercent': [['common_lb_config', 'healthy_panic_threshold', 'value']],
  'loadBalancing.algorithm': [['lb_policy']],
  'loadBalancing.warmup': [
    ['least_request_lb_config', 'slow_start_config', 'slow_start_window'],
    ['round_robin_lb_config', 'slow_start_config', 'slow_start_window'],
  ],
};

const IN_ROUTE: Readonly<Record<string, readonly Way[]>> = {
  timeout: [['route', 'timeout']],
  'retries.attempts': [['route', 'retry_policy', 'num_retries']],
  'retries.perTryTimeout': [['route', 'retry_policy', 'per_try_timeout']],
  'retries.retryOn': [['route', 'retry_policy', 'retry_on']],
  'retries.backoff': [['route', 'retry_policy', 'retry_back_off', 'base_interval']],
  'fault.delay.percent': [['typed_per_filter_config', 'fault', 'delay', 'percentage', 'numerator']],
  'fault.delay.duration': [['typed_per_filter_config', 'fault', 'delay', 'fixed_delay']],
  'fault.abort.percent': [['typed_per_filter_config', 'fault', 'abort', 'percentage', 'numerator']],
  'fault.abort.status': [['typed_per_filter_config', 'fault', 'abort', 'http_status']],
  'canary.weight': [['route', 'weighted_clusters', 'clusters', 1, 'weight']],
  // the copies for a mirror stand before those for the canary, and what is told of the mirror comes after
  'canary.mirrorPercent': [copies(0), copies(1)],
  'mirror.percent': [copies(0)],
};

function copies(index: number): Way {
  return ['route', 'request_mirror_policies', index, 'runtime_fraction', 'default_value', 'numerator'];
}

/** What of the explanation of a pod’s traffic stands in its configuration. */
type CommentedTraffic = {
  readonly destinations: readonly ExplainedDestination[];
  readonly served: readonly ExplainedServed[];
};

/**
 * A configuration for people: one field a line, and beside what comes from the values of a Service where it comes from.
 * @param text as it stands in the annotation of a pod
 */
export function commentedConfiguration(text: string, { destinations, served }: CommentedTraffic): string {
  // maps that are written once and meant several times are written out
  const configuration: EnvoyMessage = parse(text, { version: '1.1', maxAliasCount: -1 });
  const document = new Document(JSON.parse(JSON.stringify(configuration)), { version: '1.1' });
  for (const { service, upstream, routes, settings } of destinations) {
    for (const cluster of namedMaps(document, ['static_resources', 'clusters'])) {
      const name = String(cluster.get('name'));
      if (name === upstream || name.startsWith(`${upstream}/`)) comment(cluster, settings, IN_UPSTREAM, service);
    }
    for (const host of virtualHosts(document, upstream)) {
      // by their order, since a team may give a route the name of another
      const explained = routes.flatMap((route) => Array.from({ length: route.envoyRoutes }, () => route));
      for (const [index, route] of namedMaps(host, ['routes']).entries())
        comment(route, [...(explained[index]?.settings ?? []), ...settings], IN_ROUTE, service);
    }
  }
  for (const { port, service, cors, telemetry } of served) {
    const chosen = telemetry.map(({ what, value, origin }) => `${what} ${value} (${origin})`);
    const told = [...(cors === 'none' ? [] : ['its cors']), ...chosen].join(', ');
    for (const chain of chains(document).filter((one) => one.get('name') === `http_${port}`))
      commentOn(chain.get('name', true), `for Service ${service}: ${told}`);
  }
  return document.toString({ lineWidth: 0 });
}

type Node = { getIn(path: readonly unknown[], keepScalar?: boolean): unknown };

const namedMaps = (node: Node, path: readonly unknown[]): readonly YAMLMap[] => {
  const list = node.getIn(path) as { readonly items?: readonly unknown[] } | undefined;
  return (list?.items ?? []).filter(isMap);
};

const chains = (document: Document): readonly YAMLMap[] =>
  namedMaps(document, ['static_resources', 'listeners']).flatMap((listener) => namedMaps(listener, ['filter_chains']));

function virtualHosts(document: Document, name: string): readonly YAMLMap[] {
  return chains(document)
    .flatMap((chain) => namedMaps(chain, ['filters']))
    .flatMap((filter) => namedMaps(filter, ['typed_config', 'route_config', 'virtual_hosts']))
    .filter((host) => host.get('name') === name);
}

function comment(
  node: YAMLMap,
  settings: readonly ExplainedSetting[],
  ways: typeof IN_UPSTREAM,
  service: string,
): void {
  for (const { what, origin } of settings) {
    for (const way of (Object.hasOwn(ways, what) ? ways[what] : undefined) ?? [])
      commentOn(node.getIn(way, true), `${what} of ${service}: ${origin ?? 'built in'}`);
  }
}

function commentOn(node: unknown, text: string): void {
  if (isScalar(node)) node.comment = ` ${text}`;
}
