import { type EnvoyMessage, typed } from './types.ts';

/**
 * A listener for requests to the sidecar itself.
 * @param filters what a request passes before it is routed
 * @param routes in their order; whatever none of them takes is answered with 404
 */
export const httpListener = (
  name: string,
  address: EnvoyMessage,
  filters: readonly EnvoyMessage[],
  routes: readonly EnvoyMessage[],
): EnvoyMessage => ({
  name,
  address,
  filter_chains: [
    {
      filters: [
        {
          name: 'http',
          typed_config: typed('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
            stat_prefix: name,
            route_config: { virtual_hosts: [{ name, domains: ['*'], routes }] },
            http_filters: [
              ...filters,
              { name: 'router', typed_config: typed('envoy.extensions.filters.http.router.v3.Router', {}) },
            ],
          }),
        },
      ],
    },
  ],
});
