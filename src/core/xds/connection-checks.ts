import type { EnvoyProfile } from '../api/envoy-profile.ts';
import { PORTS } from '../sidecar/profiles/envoy/names.ts';
import { secondsOf } from './durations.ts';
import { httpListener } from './http-listener.ts';
import { type EnvoyMessage, podAddress, tcpAddress, typed } from './types.ts';

/** A port of the application to which the sidecar connects again and again, to know whether somebody listens. */
export interface ConnectionCheck {
  readonly port: number;
  /** From the end of one connection to the next. */
  readonly intervalMs: number;
  /** A connection that takes longer has failed. */
  readonly timeoutMs: number;
}

/** Where the sidecar tells whether the last connection to a port succeeded: 200, or 503. */
export const checkPath = (port: number): string => `/tcp/${port}`;

/** The variable of the sidecar that holds the address the kubelet probes. */
export const POD_IP = 'POD_IP';

/**
 * What Envoy needs beside its configuration to connect to the application and to tell about it. It goes into an argument, in
 * which the kubelet puts the pod’s address, since nothing in a file knows it; Envoy merges it with the file.
 */
export const connectionChecks = (
  checks: readonly ConnectionCheck[],
  ipFamilies: EnvoyProfile['spec']['ipFamilies'],
): EnvoyMessage => ({
  static_resources: {
    listeners: [httpListener('probes', podAddress(PORTS.probes, ipFamilies), checks.map(teller), [])],
    clusters: checks.map(checked),
  },
});

const clusterOf = (port: number): string => `probed_${port}`;

const teller = ({ port }: ConnectionCheck): EnvoyMessage => ({
  name: `tells_${port}`,
  typed_config: typed('envoy.extensions.filters.http.health_check.v3.HealthCheck', {
    pass_through_mode: false,
    headers: [{ name: ':path', string_match: { exact: checkPath(port) } }],
    cluster_min_healthy_percentages: { [clusterOf(port)]: { value: 100 } },
  }),
});

function checked({ port, intervalMs, timeoutMs }: ConnectionCheck): EnvoyMessage {
  const interval = secondsOf(intervalMs);
  const name = clusterOf(port);
  return {
    name,
    type: 'STATIC',
    connect_timeout: secondsOf(timeoutMs),
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: tcpAddress(`$(${POD_IP})`, port) } }] }],
    },
    health_checks: [
      {
        timeout: secondsOf(timeoutMs),
        interval,
        // no request ever goes to these clusters, and Envoy would look only once a minute
        no_traffic_interval: interval,
        no_traffic_healthy_interval: interval,
        // the kubelet counts failures and successes
        unhealthy_threshold: 1,
        healthy_threshold: 1,
        // a connection that is kept says nothing about the next one
        reuse_connection: false,
        tcp_health_check: {},
      },
    ],
  };
}
