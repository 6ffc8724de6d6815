import { NO_TOKEN_VOLUME } from '../../names.ts';

export const VOLUMES = {
  /** The annotation with Envoy’s configuration, as a file. */
  config: 'pillion-envoy-config',
  /** Envoy’s administration socket; the application does not mount it, so it cannot stop the proxy. */
  run: 'pillion-envoy-run',
  noToken: NO_TOKEN_VOLUME,
} as const;

/** Ports the sidecar listens on in the pod; numbers as in Istio, so that dashboards and network policies keep working. */
export const PORTS = {
  outbound: 15001,
  inbound: 15006,
  /** Answers for the application’s tcpSocket probes. */
  probes: 15020,
  health: 15021,
  prometheus: 15090,
} as const;

/** By this name Prometheus finds the sidecar; it is Istio’s, so that one rule finds both. */
export const PROMETHEUS_PORT_NAME = 'http-envoy-prom';

export const CONFIG_DIRECTORY = '/etc/pillion/envoy';
export const CONFIG_FILE = 'envoy.yaml';
export const RUN_DIRECTORY = '/run/pillion';
