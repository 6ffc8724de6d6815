import { Document, isMap, isScalar, parse, type YAMLMap } from 'yaml';
import type { ExplainedDestination, ExplainedSetting } from './resilience/explained.ts';
import type { EnvoyMessage } from './types.ts';

/**
 * Where in an upstream each setting of a Service ends up, and where in a route each that its requests are subject to. The ways are those of
 * src/core/xds/resilience; a test finds each of them there.
 */
const IN_UPSTREAM: Readonly<Record<string, readonly (string | number)[]>> = {
  'circuitBreaker.maxConnections': ['circuit_breakers', 'thresholds', 0, 'max_connections'],
  'circuitBreaker.maxPendingRequests': ['circuit_breakers', 'thresholds', 0, 'max_pending_requests'],
  'circuitBreaker.maxRequests': ['circuit_breakers', 'thresholds', 0, 'max_requests'],
  'circuitBreaker.maxRetries': ['circuit_breakers', 'thresholds', 0, 'max_retries'],
  'circuitBreaker.connectTimeout': ['connect_timeout'],
  'retryBudget.percent': ['circuit_breakers', 'thresholds', 0, 'retry_budget', 'budget_percent', 'value'],
  'retryBudget.minRetryConcurrency': ['circuit_breakers', 'thresholds', 0, 'retry_budget', 'min_retry_concurrency'],
  'outlierDetection.consecutive5xx': ['outlier_detection', 'consecutive_5xx'],
  'outlierDetection.consecutiveGatewayErrors': ['outlier_detection', 'consecutive_gateway_failure'],
  'outlierDetection.consecutiveLocalOriginFailures': ['outlier_detection', 'consecutive_local_origin_failure'],
  'outlierDetection.splitExternalLocalOriginErrors': ['outlier_detection', 'split_external_local_origin_errors'],
  'outlierDetection.interval': ['outlier_detection', 'interval'],
  'outlierDetection.baseEjectionTime': ['outlier_detection', 'base_ejection_time'],
  'outlierDetection.maxEjectionPercent': ['outlier_detection', 'max_ejection_percent'],
  'outlierDetection.minHealthPercent': ['common_lb_config', 'healthy_panic_threshold', 'value'],
  'loadBalancing.algorithm': ['lb_policy'],
  'loadBalancing.warmup': ['least_request_lb_config', 'slow_start_config', 'slow_start_window'],
};

const IN_ROUTE: Readonly<Record<string, readonly (string | number)[]>> = {
  timeout: ['route', 'timeout'],
  'retries.attempts': ['route', 'retry_policy', 'num_retries'],
  'retries.perTryTimeout': ['route', 'retry_policy', 'per_try_timeout'],
  'retries.retryOn': ['route', 'retry_policy', 'retry_on'],
  'retries.backoff': ['route', 'retry_policy', 'retry_back_off', 'base_interval'],
};

/**
 * A configuration for people: one field a line, and beside what comes from the values of a Service where it comes from.
 * @param text as it stands in the annotation of a pod
 */
export function commentedConfiguration(text: string, destinations: readonly ExplainedDestination[]): string {
  // maps that are written once and meant several times are written out
  const configuration: EnvoyMessage = parse(text, { version: '1.1', maxAliasCount: -1 });
  const document = new Document(JSON.parse(JSON.stringify(configuration)), { version: '1.1' });
  for (const { service, upstream, routes, settings } of destinations) {
    for (const cluster of namedMaps(document, ['static_resources', 'clusters'])) {
      const name = String(cluster.get('name'));
      if (name === upstream || name.startsWith(`${upstream}/`)) comment(cluster, settings, IN_UPSTREAM, service);
    }
    for (const host of virtualHosts(document, upstream)) {
      const rendered = namedMaps(host, ['routes']);
      for (const route of rendered) {
        const known = routes.find(({ name }) => name === route.get('name'));
        if (known !== undefined) comment(route, known.settings, IN_ROUTE, service);
      }
    }
  }
  return document.toString({ lineWidth: 0 });
}

type Node = { getIn(path: readonly unknown[], keepScalar?: boolean): unknown };

const namedMaps = (node: Node, path: readonly unknown[]): readonly YAMLMap[] => {
  const list = node.getIn(path) as { readonly items?: readonly unknown[] } | undefined;
  return (list?.items ?? []).filter(isMap);
};

function virtualHosts(document: Document, name: string): readonly YAMLMap[] {
  return namedMaps(document, ['static_resources', 'listeners'])
    .flatMap((listener) => namedMaps(listener, ['filter_chains']))
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
    const way = Object.hasOwn(ways, what) ? ways[what] : undefined;
    const scalar = way === undefined ? undefined : node.getIn(way, true);
    if (isScalar(scalar)) scalar.comment = ` ${what} of ${service}: ${origin ?? 'built in'}`;
  }
}
