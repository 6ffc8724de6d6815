import { secondsOrNone } from '../durations.ts';
import { share } from '../share.ts';
import type { EnvoyMessage } from '../types.ts';
import { calledPort, type Destination, upstreamName } from './destination.ts';
import { fault } from './fault.ts';
import { hashPolicy } from './load-balancing.ts';
import { ofMethods, requestMatch } from './request-match.ts';
import { harmlessFailures, retryPolicy, SAFE_METHODS } from './retries.ts';
import { type PlannedRoute, routePlan } from './route-plan.ts';

/**
 * What a pod’s sidecar does with HTTP requests to a destination, known by the host that they name.
 * @param ownNamespace where the pod is, and short names are those of its own namespace
 */
export function virtualHost(destination: Destination, ownNamespace: string, clusterDomain: string): EnvoyMessage {
  return {
    name: upstreamName(destination, destination.name),
    domains: calledHosts(destination, ownNamespace, clusterDomain),
    routes: routePlan(destination).flatMap((planned) => envoyRoutes(destination, planned)),
  };
}

/** Every name under which a pod reaches a Service; without the port where it is that of HTTP, since clients leave it out. */
export function calledHosts(destination: Destination, ownNamespace: string, clusterDomain: string): readonly string[] {
  const { namespace, name } = destination;
  const port = calledPort(destination);
  const qualified = `${name}.${namespace}`;
  const names = [
    ...(namespace === ownNamespace ? [name] : []),
    qualified,
    `${qualified}.svc`,
    `${qualified}.svc.${clusterDomain}`,
    `${qualified}.svc.${clusterDomain}.`,
  ];
  return names.flatMap((host) => (port === 80 ? [host, `${host}:80`] : [`${host}:${port}`]));
}

/** Envoy’s routes for a planned one: two where requests without an effect are retried after more failures than others. */
export function envoyRoutes({ headless, values }: Destination, planned: PlannedRoute): readonly EnvoyMessage[] {
  const { name, match, policy } = planned;
  const condition = requestMatch(match);
  const filters = fault(policy);
  const route = (matches: EnvoyMessage, retried: EnvoyMessage): EnvoyMessage => ({
    name,
    match: matches,
    route: {
      ...target(planned),
      timeout: secondsOrNone(policy.timeout),
      ...retried,
      ...hashPolicy(values),
    },
    ...(Object.keys(filters).length === 0 ? {} : { typed_per_filter_config: filters }),
  });
  const { retries } = policy;
  if (retries === 'none' || retries.attempts === 0) return [route(condition, {})];
  const { methods, retryOn } = retries;
  const all = retryPolicy(retries, retryOn, headless);
  const harmless = harmlessFailures(retries);
  if (methods === 'all' || harmless.length === retryOn.length) return [route(condition, all)];
  return [route(ofMethods(condition, SAFE_METHODS), all), route(condition, retryPolicy(retries, harmless, headless))];
}

function target({ to, copies }: PlannedRoute): EnvoyMessage {
  const [only, ...others] = to.map(({ upstream, weight }) => ({ name: upstream, weight }));
  return {
    ...(others.length === 0 ? { cluster: only?.name } : { weighted_clusters: { clusters: [only, ...others] } }),
    ...(copies.length === 0
      ? {}
      : {
          request_mirror_policies: copies.map(({ upstream, percent }) => ({
            cluster: upstream,
            runtime_fraction: { default_value: share(percent) },
          })),
        }),
  };
}
