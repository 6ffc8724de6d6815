import type { EnvoyMessage } from './types.ts';
import { typed } from './types.ts';

/**
 * What switches Envoy’s own defaults off, so that a sidecar that only observes changes nothing: each constant names the
 * default that it replaces. Source: Envoy 1.40 API reference.
 */

/** A duration of zero: Envoy’s word for "no timeout" where a timeout may be absent. */
export const NO_TIMEOUT = '0s';

/** A connect timeout cannot be switched off (default 5 s). Linux gives up by itself after 127 s (tcp_syn_retries 6). */
export const CONNECT_TIMEOUT = '130s';

/**
 * Ends an upstream HTTP connection that has had no request for that long (default 1 h). Without it connections would pile
 * up: Envoy ends none because its client has gone, and not every server does. Nor can it be told to spare one whose client is
 * still there: the next request then goes over a new one, and authentication bound to the connection starts again. Less than
 * 5 s, the keep-alive of common servers (Node, Apache, uvicorn), so that we are mostly the first to end it: where a server
 * ends it as a request arrives, Envoy answers 503.
 */
export const UNUSED_UPSTREAM_TIMEOUT = '4s';

/**
 * In place of the application’s own TCP keep-alive, which ends at the sidecar: a probe a minute keeps the connection known to
 * what forgets idle ones on the way (a NAT gateway or load balancer after 4 to 6 minutes). Silence of the peer ends it only
 * after 2 hours: 127 probes is the most that Linux takes.
 */
export const PATIENT_KEEPALIVE: EnvoyMessage = { keepalive_time: 60, keepalive_interval: 60, keepalive_probes: 127 };

/** The largest count that Envoy takes: as good as no limit. */
export const UNLIMITED = 4294967295;

/** Replaces 1024 connections, 1024 pending requests, 1024 requests and 3 retries for each priority. */
export const NO_CIRCUIT_BREAKERS: EnvoyMessage = {
  thresholds: ['DEFAULT', 'HIGH'].map((priority) => ({
    priority,
    max_connections: UNLIMITED,
    max_pending_requests: UNLIMITED,
    max_requests: UNLIMITED,
    max_retries: UNLIMITED,
  })),
};

/** The largest that Envoy accepts; replaces 60 KiB. */
export const MAX_HEADERS_KIB = 8192;

/** Replaces 100 header fields a message. */
export const MAX_HEADER_FIELDS = 100_000;

/** Replaces 1024 streams a connection; the largest the protocol can express. */
export const MAX_STREAMS = 2147483647;

/** HTTP/1 header names pass in the spelling in which they came, not in lower case, and the reason beside a status as it is. */
export const PRESERVE_HEADER_CASE: EnvoyMessage = {
  stateful_formatter: {
    name: 'preserve_case',
    typed_config: typed('envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig', {
      forward_reason_phrase: true,
    }),
  },
};
