import type { Direction } from './direction.ts';
import { WHILE_DRAINING } from './drain.ts';
import {
  MAX_HEADER_FIELDS,
  MAX_HEADERS_KIB,
  MAX_STREAMS,
  NO_TIMEOUT,
  PRESERVE_HEADER_CASE,
  UNUSED_UPSTREAM_TIMEOUT,
} from './inert.ts';
import { KEEP_HEADERS, RESTORE_HEADERS } from './kept-headers.ts';
import type { Observed } from './observed.ts';
import { END_WITH_UPSTREAM, passEnd, SAY_END } from './passed-end.ts';
import { type EnvoyMessage, typed } from './types.ts';

const HTTP_1: EnvoyMessage = { header_key_format: PRESERVE_HEADER_CASE, enable_trailers: true };
const MAX_FIELDS: EnvoyMessage = { max_headers_count: MAX_HEADER_FIELDS };

/**
 * Envoy answers 403 to an upgrade that is not listed, and knows no wildcard: the web’s, Docker’s, kubectl’s (exec, attach,
 * port-forward), and that of virtual machine consoles. A server may always decline one to another HTTP or to TLS: such a
 * request passes without the wish for it. Envoy does so with h2c by itself.
 */
export const UPGRADES = ['websocket', 'tcp', 'SPDY/3.1', 'spice'];
const DECLINED_UPGRADES = [{ prefix: 'TLS/', ignore_case: true }];

/**
 * How Envoy speaks with an upstream: in the protocol in which a request came.
 * @param common what holds for connections of every version of HTTP
 * @param filters what a request passes last
 */
export const httpConnection = (common: EnvoyMessage, filters: readonly EnvoyMessage[]): EnvoyMessage =>
  httpOptions({
    common_http_protocol_options: { ...MAX_FIELDS, max_response_headers_kb: MAX_HEADERS_KIB, ...common },
    use_downstream_protocol_config: {
      http_protocol_options: HTTP_1,
      http2_protocol_options: { max_concurrent_streams: MAX_STREAMS },
    },
    ...(filters.length > 0 ? { http_filters: [...filters, UPSTREAM_CODEC] } : {}),
  });

/** What an upstream says about HTTP, in the only place where Envoy reads it. */
export const httpOptions = (options: EnvoyMessage): EnvoyMessage => ({ [HTTP_OPTIONS]: typed(HTTP_OPTIONS, options) });

const UPSTREAM_CODEC: EnvoyMessage = {
  name: 'codec',
  typed_config: typed('envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec', {}),
};

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/**
 * An upstream connection that serves one client alone: a server’s end of its keep-alive meets the client whose connection it is, and
 * authentication bound to a connection (NTLM) is nobody else’s.
 */
export const ownUpstreamConnection = (filters: readonly EnvoyMessage[]): EnvoyMessage => ({
  connection_pool_per_downstream_connection: true,
  typed_extension_protocol_options: httpConnection({ idle_timeout: UNUSED_UPSTREAM_TIMEOUT }, filters),
});

/** What HTTP of one direction is subject to beyond being passed on. */
export interface HttpTreatment {
  /** The port that the traffic was sent to; every one where it is absent. */
  readonly port?: number;
  /** Hosts with routes of their own; every other request goes where its client sent it. */
  readonly virtualHosts: readonly EnvoyMessage[];
  /** What requests pass in front of the router. */
  readonly filters: readonly EnvoyMessage[];
  /** What these do with requests that go where they were sent. */
  readonly perFilter: EnvoyMessage;
}

export const PASSED_ON: HttpTreatment = { virtualHosts: [], filters: [], perFilter: {} };

/**
 * Clear-text HTTP passes a connection manager, which counts requests by status. What it changes and cannot be kept from:
 *
 * - It answers itself: 503 where the server refuses or ends the connection, and ends the client’s after it; 404 to `OPTIONS *`, 400 to a path with a fragment
 *   and to a method that its parser does not know (allow_custom_methods is unfinished in 1.40, and Envoy warns against it).
 * - It rewrites the absolute form of a request to a forward proxy (`GET http://x/`), and HTTP/1.0 to HTTP/1.1.
 * - It removes Keep-Alive, Proxy-Connection and those x-envoy-* headers of a request that are orders to an Envoy.
 * - It adds `date` to an answer without one, the usual words to a bare status, and `content-length: 0` to a request without a
 *   body whose method may have one; it spells trailers in lower case.
 *
 * test/traffic/transparency.test.ts holds this list true. A port that needs more is excluded by annotation.
 */
export function httpChain(direction: Direction, treatment: HttpTreatment, observed: Observed): EnvoyMessage {
  const { port, virtualHosts, filters, perFilter } = treatment;
  const route = { cluster: direction, timeout: NO_TIMEOUT };
  const connect = {
    match: { connect_matcher: {} },
    route: { ...route, upgrade_configs: [{ upgrade_type: 'CONNECT' }] },
  };
  return {
    name: port === undefined ? 'http' : `http_${port}`,
    filter_chain_match: {
      ...(port === undefined ? {} : { destination_port: port }),
      application_protocols: ['http/1.0', 'http/1.1', 'h2c'],
    },
    filters: [
      {
        name: 'http',
        typed_config: typed('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
          stat_prefix: direction,
          http_protocol_options: {
            ...HTTP_1,
            accept_http_10: true,
            default_host_for_http_10: 'localhost',
            ignore_http_11_upgrade: DECLINED_UPGRADES,
          },
          http2_protocol_options: { max_concurrent_streams: MAX_STREAMS, allow_connect: true },
          common_http_protocol_options: { ...MAX_FIELDS, idle_timeout: NO_TIMEOUT },
          max_request_headers_kb: MAX_HEADERS_KIB,
          stream_idle_timeout: NO_TIMEOUT,
          server_header_transformation: 'PASS_THROUGH',
          forward_client_cert_details: 'ALWAYS_FORWARD_ONLY',
          generate_request_id: false,
          preserve_external_request_id: true,
          skip_xff_append: true,
          proxy_100_continue: true,
          upgrade_configs: UPGRADES.map((upgrade_type) => ({ upgrade_type })),
          early_header_mutation_extensions: [KEEP_HEADERS, ...observed.firstMutations],
          ...observed.connectionManager,
          local_reply_config: END_WITH_UPSTREAM,
          route_config: {
            virtual_hosts: [
              ...virtualHosts.map((host) => ({ ...host, routes: [...(host.routes as EnvoyMessage[]), connect] })),
              {
                name: direction,
                domains: ['*'],
                ...(Object.keys(perFilter).length === 0 ? {} : { typed_per_filter_config: perFilter }),
                routes: [
                  ...(direction === 'inbound'
                    ? [{ match: { prefix: '/', ...WHILE_DRAINING }, route, response_headers_to_add: SAY_END }]
                    : []),
                  { match: { prefix: '/' }, route },
                  connect,
                ],
              },
            ],
          },
          http_filters: [
            RESTORE_HEADERS,
            passEnd(direction),
            ...filters,
            {
              name: 'router',
              typed_config: typed('envoy.extensions.filters.http.router.v3.Router', { suppress_envoy_headers: true }),
            },
          ],
        }),
      },
    ],
  };
}
