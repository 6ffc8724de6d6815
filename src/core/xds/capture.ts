import { PORTS } from '../sidecar/profiles/envoy/names.ts';
import type { Direction } from './direction.ts';
import { CONNECT_TIMEOUT, NO_CIRCUIT_BREAKERS, NO_TIMEOUT, PATIENT_KEEPALIVE } from './inert.ts';
import type { Observed } from './observed.ts';
import { portListenerName } from './outbound-listeners.ts';
import { type EnvoyMessage, typed } from './types.ts';

const BLACK_HOLE = 'black_hole';

/** No endpoint stands behind it: a connection sent there is closed at once. */
export const BLACK_HOLE_UPSTREAM: EnvoyMessage = { name: BLACK_HOLE, type: 'STATIC', connect_timeout: CONNECT_TIMEOUT };

/** Where captured traffic goes: to the address that the client dialled. */
export const originalDestination = (direction: Direction, more: EnvoyMessage): EnvoyMessage => ({
  name: direction,
  type: 'ORIGINAL_DST',
  lb_policy: 'CLUSTER_PROVIDED',
  connect_timeout: CONNECT_TIMEOUT,
  circuit_breakers: NO_CIRCUIT_BREAKERS,
  ...(direction === 'outbound' ? { upstream_connection_options: { tcp_keepalive: PATIENT_KEEPALIVE } } : {}),
  ...more,
});

/**
 * The listener that the redirect sends traffic to. While it looks at the first bytes, Envoy 1.40 takes the end of what a client
 * sends for the end of the connection: bytes that arrive together with it are lost, and the client sees a reset. Where clients
 * connect, send, and end at once (Graphite, `nc -N`), exclude the port, or leave Observability out:
 * docs/what-the-sidecar-changes.md tells users.
 * @param http the filter chains of HTTP, one for each port where it differs; none where it is not told apart from other traffic, which costs a look at
 *   the first bytes
 */
export function captureListener(
  direction: Direction,
  address: EnvoyMessage,
  http: readonly EnvoyMessage[],
  observed: Observed,
): EnvoyMessage {
  const inspectors = http.length > 0 ? [ORIGINAL_DESTINATION, HTTP_INSPECTOR] : [ORIGINAL_DESTINATION];
  return {
    name: direction,
    address,
    traffic_direction: direction.toUpperCase(),
    listener_filters: inspectors,
    ...lookingFor(A_MOMENT),
    filter_chains: [...ownPorts(), ...http],
    default_filter_chain: passedOn(direction, observed),
  };
}

/**
 * Takes over from the outbound listener what was sent to one port, to which HTTP is known to be sent: it waits longer for the first bytes,
 * since what is not seen to be HTTP in time is passed on as it is, and nothing that a Service says would be done with it.
 */
export const outboundPortListener = (
  port: number,
  address: EnvoyMessage,
  http: EnvoyMessage,
  observed: Observed,
): EnvoyMessage => ({
  name: portListenerName(port),
  address,
  bind_to_port: false,
  traffic_direction: 'OUTBOUND',
  listener_filters: [HTTP_INSPECTOR],
  ...lookingFor(A_WHILE),
  filter_chains: [http],
  default_filter_chain: passedOn('outbound', observed),
});

// a protocol in which the server speaks first never shows the inspector a byte
const A_MOMENT = '0.1s';
// long for a client on a busy node, bearable for such a protocol on a port to which HTTP is sent as well
const A_WHILE = '5s';

const lookingFor = (time: string): EnvoyMessage => ({
  listener_filters_timeout: time,
  continue_on_listener_filters_timeout: true,
});

const passedOn = (direction: Direction, { tcpProxy: more }: Observed): EnvoyMessage => ({
  name: 'tcp',
  filters: [tcpProxy(direction, direction, more)],
});

const inspector = (name: string, message: string): EnvoyMessage => ({
  name,
  typed_config: typed(`envoy.extensions.filters.listener.${name}.v3.${message}`, {}),
});

const ORIGINAL_DESTINATION = inspector('original_dst', 'OriginalDst');
const HTTP_INSPECTOR = inspector('http_inspector', 'HttpInspector');

// dialled directly, these ports are their own original destination: the proxy would call itself until it has no files left
const ownPorts = (): EnvoyMessage[] =>
  [PORTS.inbound, PORTS.outbound].map((port) => ({
    name: `own_port_${port}`,
    filter_chain_match: { destination_port: port },
    filters: [tcpProxy(BLACK_HOLE, BLACK_HOLE)],
  }));

const tcpProxy = (statPrefix: string, cluster: string, more: EnvoyMessage = {}): EnvoyMessage => ({
  name: 'tcp',
  typed_config: typed('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', {
    stat_prefix: statPrefix,
    cluster,
    idle_timeout: NO_TIMEOUT,
    ...more,
  }),
});
