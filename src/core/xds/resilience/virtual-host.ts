import type { Match } from '../../api/traffic/matching.ts';
import type { RequestPolicy } from '../../traffic/effective-values.ts';
import type { EnvoyMessage } from '../types.ts';
import { calledPort, canaryService, type Destination, mirrorService, upstreamName } from './destination.ts';
import { secondsOrNone } from './durations.ts';
import { fault } from './fault.ts';
import { hashPolicy } from './load-balancing.ts';
import { ofMethods, requestMatch } from './request-match.ts';
import { allRetries, harmlessRetries, SAFE_METHODS } from './retries.ts';
import { share } from './share.ts';

/**
 * What a pod’s sidecar does with HTTP requests to a destination, known by the host that they name. The first route that matches
 * counts: the canary’s own requests, then the routes in their order, then everything else.
 * @param ownNamespace where the pod is, and short names are those of its own namespace
 */
export function virtualHost(destination: Destination, ownNamespace: string, clusterDomain: string): EnvoyMessage {
  const { values } = destination;
  const canary = canaryService(destination);
  const canaryMatches = values.canary === 'none' || canary === undefined ? [] : (values.canary.match ?? []);
  return {
    name: upstreamName(destination, destination.name),
    domains: calledHosts(destination, ownNamespace, clusterDomain),
    routes: [
      ...canaryMatches.flatMap((match) =>
        routes(destination, 'canary', match, values, { cluster: upstreamName(destination, canary ?? '') }),
      ),
      ...values.routes.flatMap((route) =>
        (route.match ?? [undefined]).flatMap((match) =>
          routes(destination, route.name, match, route, balanced(destination)),
        ),
      ),
      ...routes(destination, 'default', undefined, values, balanced(destination)),
    ],
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

/** Routes for one condition: two where requests without an effect are retried after more failures than others. */
function routes(
  destination: Destination,
  name: string,
  match: Match | undefined,
  policy: RequestPolicy,
  target: EnvoyMessage,
): readonly EnvoyMessage[] {
  const { headless, values } = destination;
  const condition = requestMatch(match);
  const filters = fault(policy);
  const route = (matches: EnvoyMessage, retryPolicy: EnvoyMessage): EnvoyMessage => ({
    name,
    match: matches,
    route: {
      ...target,
      timeout: secondsOrNone(policy.timeout),
      ...retryPolicy,
      ...hashPolicy(values),
    },
    ...(Object.keys(filters).length === 0 ? {} : { typed_per_filter_config: filters }),
  });
  const { retries } = policy;
  if (retries === 'none') return [route(condition, {})];
  const all = allRetries(retries, headless);
  const harmless = retries.methods === 'all' ? all : harmlessRetries(retries, headless);
  return JSON.stringify(all) === JSON.stringify(harmless)
    ? [route(condition, all)]
    : [route(ofMethods(condition, SAFE_METHODS), all), route(condition, harmless)];
}

/** Where requests go that no condition sends to the new version: to the Service itself, but for the share of the new one. */
function balanced(destination: Destination): EnvoyMessage {
  const cluster = upstreamName(destination, destination.name);
  const { canary } = destination.values;
  const service = canaryService(destination);
  const weight = canary === 'none' ? 0 : (canary.weight ?? 0);
  const copies = mirrored(destination);
  if (service === undefined || weight === 0) return { cluster, ...copies };
  const clusters = [
    { name: cluster, weight: 100 - weight },
    { name: upstreamName(destination, service), weight },
  ];
  return { weighted_clusters: { clusters }, ...copies };
}

function mirrored(destination: Destination): EnvoyMessage {
  const { mirror, canary } = destination.values;
  const copies = [
    ...(mirror === 'none' ? [] : [{ service: mirrorService(destination), percent: mirror.percent }]),
    ...(canary === 'none' ? [] : [{ service: canaryService(destination), percent: canary.mirrorPercent ?? 0 }]),
  ].filter(({ percent }) => percent > 0);
  if (copies.length === 0) return {};
  return {
    request_mirror_policies: copies.map(({ service = '', percent }) => ({
      cluster: upstreamName(destination, service),
      runtime_fraction: { default_value: share(percent) },
    })),
  };
}
