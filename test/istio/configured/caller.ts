import { carriedCluster } from './carried/clusters.ts';
import { carriedRoute, carriedShares } from './carried/routes.ts';
import { type Compared, compared } from './comparison.ts';
import type { KnownPod } from './corpus-in-mesh.ts';
import { OTHER_PORT } from './corpus-in-mesh.ts';
import type { Message, Sent } from './discovery.ts';
import { wantedClusters } from './wanted/clusters.ts';
import { hostOf, type Place, wantedRoutes, wantedShares } from './wanted/routes.ts';

/** What was sent, by names. */
export interface Named {
  cluster(name: string): Message;
  assignment(cluster: string): Message;
  routes(name: string): Message;
  readonly listeners: readonly Message[];
}

const NOTHING: Message = {};

export function byNames({ clusters, endpoints, listeners, routes }: Sent): Named {
  const index = (messages: readonly Message[], key: string) => {
    const known = new Map(messages.map((message) => [message[key], message]));
    return (name: string) => known.get(name) ?? NOTHING;
  };
  return {
    cluster: index(clusters, 'name'),
    assignment: index(endpoints, 'cluster_name'),
    routes: index(routes, 'name'),
    listeners,
  };
}

/**
 * What a caller in another namespace does with requests to the service of a place, field by field.
 * @param pods those of the service
 */
export function comparedCaller(place: Place, pods: readonly KnownPod[], caller: Named): readonly Compared[] {
  const { values, namespace } = place;
  const { name, port, protocol } = values.service;
  const host = hostOf(name, namespace);
  const clustersAt = (at: number, wanted: Readonly<Record<string, object>>) => {
    const carried = Object.keys(wanted).map((version) => {
      const cluster = `outbound|${at}|${version}|${host}`;
      return [version, carriedCluster(caller.cluster(cluster), caller.assignment(cluster))];
    });
    return Object.fromEntries(carried);
  };
  const wanted = wantedClusters(values, pods);
  const clusters = compared('clusters', wanted, clustersAt(port, wanted));
  if (protocol === 'tcp') {
    const shares = caller.listeners.flatMap((listener) => sharesTo(listener, host));
    return [...clusters, ...compared('connections', wantedShares(place), shares)];
  }
  const found = virtualHost(caller.routes(`${port}`), host, port);
  return [
    ...clusters,
    ...compared('domains', true, found.domains.includes(host)),
    ...compared('routes', wantedRoutes(place), found.routes.map(carriedRoute)),
    ...compared(
      'other port',
      [`outbound|${OTHER_PORT}||${host}`],
      untouched(virtualHost(caller.routes(`${OTHER_PORT}`), host, OTHER_PORT)),
    ),
  ];
}

const virtualHost = ({ virtual_hosts: hosts = [] }: Message, host: string, port: number): Message =>
  hosts.find(({ name }: Message) => name === `${host}:${port}`) ?? { domains: [], routes: [] };

/** Where requests go that are treated as Istio does by itself. */
const untouched = ({ routes }: Message): readonly string[] =>
  routes.map(({ match, route }: Message) =>
    match.prefix === '/' && route.timeout === '0s' ? route.cluster : 'touched',
  );

/** The shares of the TCP connections whose receivers are this host. */
function sharesTo({ filter_chains: chains = [] }: Message, host: string): Message[] {
  const proxies = chains.flatMap(({ filters }: Message) =>
    filters.map(({ typed_config }: Message) => typed_config).filter(isTcpProxy),
  );
  return proxies.flatMap(carriedShares).filter(({ cluster }: Message) => cluster.endsWith(`|${host}`));
}

const isTcpProxy = (config: Message): boolean =>
  config?.['@type'] === 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';
