import type { Exposure } from '../../../src/core/api/traffic/exposure.ts';
import type { Named } from './caller.ts';
import { carriedRoute, carriedShares } from './carried/routes.ts';
import { type Compared, compared } from './comparison.ts';
import type { Message } from './discovery.ts';
import { type Place, wantedRoutes, wantedShares } from './wanted/routes.ts';

/** What each of the gateways was sent. */
export interface Gateways {
  readonly own: Named;
  readonly shared: Named;
}

/** How the gateways answer for the hosts of a service, and what they do with the requests. */
export const comparedGateways = (place: Place, gateways: Gateways): readonly Compared[] =>
  place.values.expose.flatMap((exposure) =>
    exposure.hosts.flatMap((host) =>
      compared(`gateway ${host}`, wanted(place, exposure), carried(exposure, host, gateways)),
    ),
  );

function wanted(place: Place, { gateway, tls }: Exposure): object {
  // a shared gateway has its own certificate, and here it has none
  const mode = gateway === undefined ? (tls?.mode ?? 'none') : 'none';
  return {
    tls: mode,
    secret: tls?.secret === undefined ? 'none' : `kubernetes://${tls.secret}`,
    ...(mode === 'passthrough' ? { to: wantedShares(place) } : { routes: wantedRoutes(place) }),
  };
}

function carried({ gateway, tls }: Exposure, host: string, gateways: Gateways): object {
  const { listeners, routes } = gateway === undefined ? gateways.own : gateways.shared;
  const port = gateway === undefined && tls !== undefined ? 443 : 80;
  const listener = listeners.find(({ address }) => address.socket_address.port_value === port) ?? {};
  const chain = (listener.filter_chains ?? []).find(
    ({ filter_chain_match: match }: Message) => port === 80 || match?.server_names?.includes(host),
  );
  const { rds, cluster, weighted_clusters } = chain?.filters.at(-1).typed_config ?? {};
  const context = chain?.transport_socket?.typed_config;
  const [certificate] = context?.common_tls_context.tls_certificate_sds_secret_configs ?? [];
  const hasShares = cluster !== undefined || weighted_clusters !== undefined;
  const found = (routes(rds?.route_config_name).virtual_hosts ?? []).find(({ domains }: Message) =>
    domains.includes(host),
  );
  const mode = context === undefined ? 'none' : context.require_client_certificate ? 'mutual' : 'simple';
  return {
    tls: hasShares ? 'passthrough' : mode,
    secret: certificate?.name ?? 'none',
    ...(hasShares
      ? { to: carriedShares({ cluster, weighted_clusters }) }
      : { routes: (found?.routes ?? []).map(carriedRoute) }),
  };
}
