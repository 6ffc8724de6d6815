/** The names Kiali, istioctl, dashboards and kubectl plugins look for. */
export const SIDECAR = 'istio-proxy';
export const REDIRECT = 'istio-init';

/** The uid the sidecar runs as; the redirect lets its traffic out, so that it is never captured twice. */
export const SIDECAR_UID = 1337;

export const VOLUMES = {
  /** The annotation with Envoy’s configuration, as a file. */
  config: 'pillion-envoy-config',
  /** Envoy’s administration socket; the application does not mount it, so it cannot stop the proxy. */
  run: 'pillion-envoy-run',
  /** Empty, and mounted where the API server would otherwise put a token that the sidecar has no use for. */
  noToken: 'pillion-no-token',
} as const;

export const ANNOTATIONS = {
  status: 'pillion.io/status',
  envoyConfig: 'pillion.io/envoy-config',
  defaultContainer: 'kubectl.kubernetes.io/default-container',
  defaultLogsContainer: 'kubectl.kubernetes.io/default-logs-container',
} as const;

/** Ports the sidecar listens on in the pod; numbers as in Istio, so that dashboards and network policies keep working. */
export const PORTS = {
  outbound: 15001,
  inbound: 15006,
  health: 15021,
  prometheus: 15090,
} as const;

export const CONFIG_DIRECTORY = '/etc/pillion/envoy';
export const CONFIG_FILE = 'envoy.yaml';
export const RUN_DIRECTORY = '/run/pillion';
export const TOKEN_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';
