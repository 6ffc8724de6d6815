/** A fault of Istio’s injector, what compatibility Corrected does instead, and where the fault is told of. */
export interface Correction {
  readonly istio: string;
  readonly corrected: string;
  /** Issues of istio/istio, and items of chapter 9 of the reference. */
  readonly answers: string;
}

export const CORRECTIONS: readonly Correction[] = [
  {
    istio: 'One resource annotation takes away all other resources of the profile.',
    corrected: 'An annotation replaces its own amount and no other.',
    answers: 'istio#17974, #21240, #34822, #35905, #52693, #54937',
  },
  {
    istio: '`istio-init` and `istio-validation` have the resources of the proxy, which count against every quota.',
    corrected: 'They have small ones of their own, `initResources`.',
    answers: 'istio#9332, #37831; item 19',
  },
  {
    istio: 'No seccomp profile, so that namespaces of the level restricted refuse the pod.',
    corrected: '`RuntimeDefault`, unless the profile says otherwise.',
    answers: 'istio#35894, #54968',
  },
  {
    istio: 'Three volumes are written without a source.',
    corrected: '`emptyDir: {}` is written out.',
    answers: 'istio#56217',
  },
  {
    istio:
      'Redirect, drain, probes and scraping each take the status port from another place; changing one leaves the others behind.',
    corrected:
      'The port on which the agent listens holds everywhere. Where a pod has it open none (0), nothing calls it: no drain, no merged metrics.',
    answers: 'items 7, 16',
  },
  {
    istio: 'A probe on a named port that the container does not declare is rewritten, and fails for ever.',
    corrected: 'The pod is refused with `probe-not-rewritable`, and the probe is named.',
    answers: 'istio#36941, #25177; item 7',
  },
  {
    istio: 'Pods without a word on Prometheus get scrape annotations.',
    corrected: 'Only pods that have some keep them, changed for the merge.',
    answers: 'item 15',
  },
  {
    istio: 'The environment refers to limits that the proxy does not have, which the API server can refuse.',
    corrected: 'No reference without a limit.',
    answers: 'istio#58805',
  },
  {
    istio: 'In Classic order a Job never completes.',
    corrected: 'The pod of a Job is refused with `job-needs-native-sidecar`.',
    answers: 'istio#11045, #11659, #23412',
  },
  {
    istio: 'A container that runs as user 1337 passes by the proxy.',
    corrected: 'The pod is refused with `uid-conflict`.',
    answers: 'istio#5408, #31991, #12147',
  },
  {
    istio: 'An application may listen on a port of the sidecar.',
    corrected: 'The pod is refused with `port-conflict`.',
    answers: 'chapter 9, boundary facts',
  },
  {
    istio: 'With the CNI plugin, `interceptionMode: NONE` gives a pod that never starts.',
    corrected: 'The pod is refused.',
    answers: 'item 21',
  },
  {
    istio:
      '`includeOutboundPorts`, `nativeSidecar`, `rewriteAppHTTPProbers`, `proxyImage`, the log levels and `scrape-targets` take any value; some are ignored in silence.',
    corrected:
      'Each is judged, and a wrong value refuses the pod with what is accepted. Names of components and scopes are not judged: they differ from version to version.',
    answers: 'istio#14427; items 13, 18',
  },
  {
    istio: 'Unknown fields of `proxy.istio.io/config` are passed over.',
    corrected: 'They refuse the pod.',
    answers: 'istio#14427',
  },
  {
    istio:
      'A pod can give its proxy rights, another image and any volume: `capNetBindService`, `proxyImage`, `userVolume`, `userVolumeMount`.',
    corrected: 'These are closed unless `overrides.allow` of the policy names them.',
    answers: 'item 8',
  },
  {
    istio:
      'A pod can make its proxy privileged, or another program, by `proxyMetadata` (`IPTABLES_TRACE_LOGGING`, `LD_PRELOAD`, `DISABLE_ENVOY`, `CA_ADDR`, `XDS_ROOT_CA` and others).',
    corrected: 'Only the profile can.',
    answers: 'item 8',
  },
  {
    istio: 'A container of the author’s named `istio-proxy` changes any field of the proxy.',
    corrected:
      'It changes `resources`, `env`, `volumeMounts` and `lifecycle`; anything else refuses the pod. A policy allows `env` and `lifecycle` with the key `proxy.istio.io/config`, `volumeMounts` with `sidecar.istio.io/userVolumeMount`.',
    answers: 'istio#51187; item 8',
  },
  {
    istio: 'Containers of the author’s named `istio-init` and `istio-validation` change the redirect.',
    corrected: 'They refuse the pod.',
    answers: 'item 8',
  },
  {
    istio: 'The API server mounts a ServiceAccount token into the sidecar beside the one for istiod.',
    corrected: 'An empty directory stands there instead.',
    answers: 'chapter 3.6',
  },
];

/** What no profile renders, and what becomes of a pod or a setting that asks for it. */
export const NOT_RENDERED: readonly (readonly [what: string, then: string])[] = [
  [
    'OpenShift',
    'The user ranges of namespaces are not read; the sidecar runs as user 1337. `profile from-istio` tells of `global.platform`.',
  ],
  [
    'Multus',
    'The annotation `k8s.v1.cni.cncf.io/networks` is neither read nor written; write it on the pod templates. `profile from-istio` tells of `pilot.cni.provider`.',
  ],
  ['Template `gateway`', 'A pod that names it is refused, with this reason.'],
  ['Templates `grpc-agent` and `grpc-simple`', 'A pod that names one is refused, with this reason.'],
  [
    'Templates of the gateway controller: `waypoint`, `kube-gateway`, `agentgateway*`',
    'istiod renders them itself, not its injector; they need nothing of Pillion.',
  ],
  [
    'A bootstrap of one’s own',
    'A pod with `sidecar.istio.io/bootstrapOverride` is refused. `proxyConfig.customConfigFile` is passed on and has to be in the image.',
  ],
  [
    'Datadog',
    'The variables in `apm.datadoghq.com/env` are not given to the proxy. `profile from-istio` tells of `global.proxy.tracer`.',
  ],
  [
    'Lightstep',
    'The Secret with its certificates is not mounted. `profile from-istio` tells of `global.proxy.tracer`.',
  ],
  [
    'Objects of the kind ProxyConfig',
    'They are not read. Write them into `proxyConfig` of a profile, and choose the profile by a selector in `profiles` of the policy.',
  ],
  [
    'Go templates',
    'A profile has `templates` that are structure. `profile from-istio` writes those without actions, and proposes the rest.',
  ],
  [
    'Variables in the path of the webhook (`/inject/cluster/...`)',
    'Write `mesh.clusterName`, `mesh.network` and `proxyConfig.proxyMetadata` into a profile.',
  ],
];
