import type { Logged } from './access-log.ts';
import type { EnvoyMessage } from './types.ts';

/** The fields of a line and what Envoy puts into each; one that would be empty is left out, and a number stays a number. */
export type AccessFields = Readonly<Record<string, string>>;

// of both kinds of traffic, and the same for both directions: a configuration is as small as it repeats itself
const OF_BOTH: AccessFields = {
  // 1 is INBOUND of envoy.config.core.v3.TrafficDirection
  direction: "%CEL(xds.listener_direction == 1 ? 'inbound' : 'outbound')%",
  response_flags: '%RESPONSE_FLAGS%',
  bytes_received: '%BYTES_RECEIVED%',
  bytes_sent: '%BYTES_SENT%',
  duration_ms: '%DURATION%',
  upstream_host: '%UPSTREAM_HOST%',
  upstream_failure: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
  // who really called, whatever X-Forwarded-For says
  downstream_peer: '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%',
};

/**
 * What is written about a request. What its sender chooses is cut: a header may have 8 MiB.
 * @param more.query whether the path has its query, in which tokens and names stand
 * @param more.traces whether there is a span whose trace can be named; otherwise the caller’s own word for it is
 */
export const requestFields = (more: { readonly query: boolean; readonly traces: boolean }): AccessFields => ({
  ...OF_BOTH,
  method: '%REQ(:METHOD):32%',
  authority: '%REQ(:AUTHORITY):256%',
  path: `%PATH(${more.query ? 'WQ' : 'NQ'}):1024%`,
  protocol: '%PROTOCOL%',
  status: '%RESPONSE_CODE%',
  grpc_status: '%GRPC_STATUS%',
  response_code_details: '%RESPONSE_CODE_DETAILS%',
  // the router’s own header for it is suppressed
  upstream_ms: '%COMMON_DURATION(US_TX_END:US_RX_BEG:ms)%',
  attempts: '%UPSTREAM_REQUEST_ATTEMPT_COUNT%',
  request_id: '%REQ(X-REQUEST-ID):64%',
  ...(more.traces ? { trace_id: '%TRACE_ID%' } : { traceparent: '%REQ(TRACEPARENT):55%' }),
});

/** What is written about a connection that is not HTTP in clear text. */
export const CONNECTION_FIELDS: AccessFields = {
  ...OF_BOTH,
  protocol: 'TCP',
  termination_details: '%CONNECTION_TERMINATION_DETAILS%',
};

/** A line as JSON. */
export const jsonOf = (fields: AccessFields): EnvoyMessage => ({ time: '%START_TIME%', ...fields });

const MESSAGE: Readonly<Record<Logged, string>> = {
  http: '%REQ(:METHOD):32% %REQ(:AUTHORITY):256%%PATH(NQ):1024% %RESPONSE_CODE% %RESPONSE_FLAGS%',
  tcp: 'TCP %UPSTREAM_HOST% %RESPONSE_FLAGS%',
};

// of syslog: an error, a warning, information; the end of a WebSocket (101) has a flag and is none
const LEVEL: Readonly<Record<Logged, string>> = {
  http: 'response.code == 101 ? 6 : response.flags != 0 || response.code >= 500 ? 3 : response.code >= 400 ? 4 : 6',
  tcp: 'response.flags != 0 ? 3 : 6',
};

/**
 * A line as GELF 1.1, whose time and level are numbers: only CEL makes numbers of what it computes. None of its fields is `_id`, which
 * Graylog keeps for itself.
 */
export const gelfOf = (about: Logged, fields: AccessFields): EnvoyMessage => ({
  version: '1.1',
  host: '%ENVIRONMENT(POD_NAME)%',
  short_message: MESSAGE[about],
  timestamp: '%TYPED_CEL(double(int(request.time)) + double(request.time.getMilliseconds()) / 1000.0)%',
  level: `%TYPED_CEL(${LEVEL[about]})%`,
  ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`_${name}`, value])),
});
