import type { Direction } from './capture.ts';
import { MAX_HEADER_FIELDS, MAX_HEADERS_KIB, MAX_STREAMS, NO_TIMEOUT, PRESERVE_HEADER_CASE } from './inert.ts';
import { KEEP_HEADERS, RESTORE_HEADERS } from './kept-headers.ts';
import { type EnvoyMessage, typed } from './types.ts';

const HTTP_1: EnvoyMessage = { header_key_format: PRESERVE_HEADER_CASE, enable_trailers: true };
const LIMITS: EnvoyMessage = { idle_timeout: NO_TIMEOUT, max_headers_count: MAX_HEADER_FIELDS };

const UPGRADES = ['websocket', 'tcp', 'SPDY/3.1', 'spice'];

/** Upstream requests speak the protocol in which they came. */
export const SAME_PROTOCOL: EnvoyMessage = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed(
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      {
        common_http_protocol_options: { ...LIMITS, idle_timeout: '4s', max_response_headers_kb: MAX_HEADERS_KIB },
        use_downstream_protocol_config: {
          http_protocol_options: HTTP_1,
          http2_protocol_options: { max_concurrent_streams: MAX_STREAMS },
        },
      },
    ),
  },
};

/** Clear-text HTTP passes a connection manager, which counts requests by status and changes nothing. */
export const httpChain = (direction: Direction): EnvoyMessage => ({
  name: 'http',
  filter_chain_match: { application_protocols: ['http/1.0', 'http/1.1', 'h2c'] },
  filters: [
    {
      name: 'http',
      typed_config: typed('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
        stat_prefix: direction,
        http_protocol_options: {
          ...HTTP_1,
          accept_http_10: true,
          default_host_for_http_10: 'localhost',
          allow_custom_methods: true,
          allow_absolute_url: false,
          ignore_http_11_upgrade: [{ prefix: 'TLS/', ignore_case: true }],
        },
        http2_protocol_options: { max_concurrent_streams: MAX_STREAMS, allow_connect: true },
        common_http_protocol_options: LIMITS,
        max_request_headers_kb: MAX_HEADERS_KIB,
        stream_idle_timeout: NO_TIMEOUT,
        server_header_transformation: 'PASS_THROUGH',
        generate_request_id: false,
        preserve_external_request_id: true,
        skip_xff_append: true,
        proxy_100_continue: true,
        upgrade_configs: UPGRADES.map((upgrade_type) => ({ upgrade_type })),
        forward_client_cert_details: 'ALWAYS_FORWARD_ONLY',
        early_header_mutation_extensions: [KEEP_HEADERS],
        route_config: {
          virtual_hosts: [
            {
              name: direction,
              domains: ['*'],
              routes: [
                { match: { prefix: '/' }, route: { cluster: direction, timeout: NO_TIMEOUT } },
                {
                  match: { connect_matcher: {} },
                  route: { cluster: direction, timeout: NO_TIMEOUT, upgrade_configs: [{ upgrade_type: 'CONNECT' }] },
                },
              ],
            },
          ],
        },
        http_filters: [
          RESTORE_HEADERS,
          {
            name: 'router',
            typed_config: typed('envoy.extensions.filters.http.router.v3.Router', { suppress_envoy_headers: true }),
          },
        ],
      }),
    },
  ],
});
