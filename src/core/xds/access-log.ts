import type { EnvoyTelemetry } from '../api/envoy-telemetry.ts';
import { type AccessFields, gelfOf, jsonOf } from './access-log-format.ts';
import { share } from './share.ts';
import { type EnvoyMessage, typed } from './types.ts';

type AccessLog = EnvoyTelemetry['accessLog'];

/** Which of two kinds of traffic a line is about. */
export type Logged = 'http' | 'tcp';

/**
 * Where requests and connections are written down: a line each on standard output, when it has ended.
 * @returns the field of a connection manager or TCP proxy; none where nothing is to be written
 */
export function accessLog(
  about: Logged,
  fields: AccessFields,
  { mode, sampledPercent, format }: AccessLog,
): EnvoyMessage {
  if (mode === 'Off') return {};
  const json_format = format === 'Gelf' ? gelfOf(about, fields) : jsonOf(fields);
  const logger = {
    name: 'stdout',
    ...(mode === 'Errors' ? { filter: { or_filter: { filters: [...ERRORS[about], sampled(sampledPercent)] } } } : {}),
    typed_config: typed('envoy.extensions.access_loggers.stream.v3.StdoutAccessLog', {
      log_format: { json_format, omit_empty_values: true },
    }),
  };
  return { access_log: [logger] };
}

/** The proxy had something to say: a connection that failed, a client that gave up, a limit. */
const FLAGGED: EnvoyMessage = { response_flag_filter: {} };

const status = (op: 'GE' | 'NE', code: number): EnvoyMessage => ({
  status_code_filter: { comparison: { op, value: { default_value: code, runtime_key: `pillion.logged_${code}` } } },
});

const SWITCHING_PROTOCOLS = 101;

/** What was a WebSocket ends in no other way than by an end of its connection, which has a flag. */
const FLAGGED_REQUEST: EnvoyMessage = { and_filter: { filters: [FLAGGED, status('NE', SWITCHING_PROTOCOLS)] } };

/** A gRPC call that the server failed is an answer 200. Those that blame the caller are not among them. */
const GRPC_ERROR: EnvoyMessage = {
  and_filter: {
    filters: [
      { header_filter: { header: { name: 'content-type', string_match: { prefix: 'application/grpc' } } } },
      {
        grpc_status_filter: {
          statuses: ['UNKNOWN', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'],
        },
      },
    ],
  },
};

const ERRORS: Readonly<Record<Logged, readonly EnvoyMessage[]>> = {
  http: [status('GE', 500), FLAGGED_REQUEST, GRPC_ERROR],
  tcp: [FLAGGED],
};

const sampled = (percent: number): EnvoyMessage => ({
  runtime_filter: {
    runtime_key: 'pillion.logged',
    percent_sampled: share(percent),
    // without it the choice would hang on x-request-id, which its sender chooses
    use_independent_randomness: true,
  },
});
