import type { EnvoyProfile } from '../api/envoy-profile.ts';
import { observes } from '../sidecar/profiles/envoy/features.ts';
import { type HostAndPort, hostAndPort } from '../sidecar/profiles/envoy/host-and-port.ts';
import { accessLog } from './access-log.ts';
import { CONNECTION_FIELDS, requestFields } from './access-log-format.ts';
import { B3_TO_W3C, W3C_TO_B3 } from './b3.ts';
import type { Direction } from './direction.ts';
import { tracing } from './tracing.ts';
import type { EnvoyMessage } from './types.ts';

/** What is told about the traffic of one direction. */
export interface Observed {
  /** Fields of the connection manager. */
  readonly connectionManager: EnvoyMessage;
  /** Fields of the proxy of everything that is not HTTP in clear text. */
  readonly tcpProxy: EnvoyMessage;
  /** What changes a request before the connection manager looks at it. */
  readonly firstMutations: readonly EnvoyMessage[];
  /** What a request passes last. */
  readonly upstreamFilters: readonly EnvoyMessage[];
}

type Spec = EnvoyProfile['spec'];

/** Whether anything is written down about it. */
export const logs = (spec: Spec): boolean => observes(spec) && spec.telemetry.accessLog.mode !== 'Off';

/** The collector of spans; undefined when nothing is traced. */
export function collectorOf(spec: Spec): HostAndPort | undefined {
  const { collector } = spec.telemetry.tracing;
  return observes(spec) && collector !== undefined ? hostAndPort(collector) : undefined;
}

const NOTHING: Observed = { connectionManager: {}, tcpProxy: {}, firstMutations: [], upstreamFilters: [] };

/** What a profile wants to be told about each direction. */
export function observedBy(spec: Spec): Readonly<Record<Direction, Observed>> {
  if (!observes(spec)) return { inbound: NOTHING, outbound: NOTHING };
  const { accessLog: log, tracing: traced } = spec.telemetry;
  const traces = collectorOf(spec) !== undefined;
  const translates = traces && traced.propagation === 'W3CAndB3';
  const requestLog = accessLog('http', requestFields({ query: log.includeQuery, traces }), log);
  const connectionLog = accessLog('tcp', CONNECTION_FIELDS, log);
  const observed = (direction: Direction): Observed => ({
    connectionManager: { ...(traces ? tracing(direction, traced) : {}), ...requestLog },
    tcpProxy: connectionLog,
    firstMutations: translates ? [B3_TO_W3C] : [],
    upstreamFilters: translates ? [W3C_TO_B3] : [],
  });
  return { inbound: observed('inbound'), outbound: observed('outbound') };
}
