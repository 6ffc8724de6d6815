/** The names Kiali, istioctl, dashboards and kubectl plugins look for. */
export const SIDECAR = 'istio-proxy';
export const REDIRECT = 'istio-init';
/** Checks, where Istio’s CNI plugin installs the redirect, that it did. */
export const VALIDATION = 'istio-validation';

/** Every container that an injection may bring, so that its author can ask for another shape of it. */
export const OVERRIDABLE: ReadonlySet<string> = new Set([SIDECAR, REDIRECT, VALIDATION]);

/** The uid the sidecar runs as; the redirect lets its traffic out, so that it is never captured twice. */
export const SIDECAR_UID = 1337;

export const ANNOTATIONS = {
  status: 'pillion.io/status',
  envoyConfig: 'pillion.io/envoy-config',
  /** By which istioctl, Kiali and the CNI plugin know an injected pod; the istio profile writes it as Istio’s injector does. */
  istioStatus: 'sidecar.istio.io/status',
  defaultContainer: 'kubectl.kubernetes.io/default-container',
  defaultLogsContainer: 'kubectl.kubernetes.io/default-logs-container',
} as const;

export const TOKEN_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';
export const NO_TOKEN_VOLUME = 'pillion-no-token';
