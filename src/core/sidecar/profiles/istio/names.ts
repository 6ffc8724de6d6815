import { NO_TOKEN_VOLUME, REDIRECT, SIDECAR, VALIDATION } from '../../names.ts';

/** Volumes of Istio’s sidecar, in the order they are written (Istio reference, chapter 3.6). */
export const VOLUMES = {
  workloadSocket: 'workload-socket',
  credentialSocket: 'credential-socket',
  workloadCertificates: 'workload-certs',
  gkeWorkloadCertificates: 'gke-workload-certificate',
  envoy: 'istio-envoy',
  data: 'istio-data',
  podInfo: 'istio-podinfo',
  token: 'istio-token',
  roots: 'istiod-ca-cert',
  revocations: 'istio-ca-crl',
  mountedSecret: 'istio-certs',
  noToken: NO_TOKEN_VOLUME,
} as const;

export const OWN_CONTAINERS: ReadonlySet<string> = new Set([REDIRECT, VALIDATION, SIDECAR]);
export const OWN_VOLUMES: ReadonlySet<string> = new Set(Object.values(VOLUMES));

/** Keys by which istiod, the CNI plugin, Kiali and istioctl know an injected pod. */
export const ANNOTATIONS = {
  status: 'sidecar.istio.io/status',
  overrides: 'proxy.istio.io/overrides',
  revision: 'istio.io/rev',
  statusPort: 'status.sidecar.istio.io/port',
  config: 'proxy.istio.io/config',
  interceptionMode: 'sidecar.istio.io/interceptionMode',
  templates: 'inject.istio.io/templates',
} as const;

/** Ports of the sidecar that no profile can move (Istio reference, chapter 9). */
export const PORTS = {
  admin: 15000,
  hbone: 15008,
  agent: 15020,
  health: 15021,
  dns: 15053,
  prometheus: 15090,
  debug: 15004,
} as const;
