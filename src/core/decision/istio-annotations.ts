/**
 * Annotations that Istio’s injector reads and the envoy profile does not (Istio reference, chapters 2.2 and 2.3). Whoever
 * writes one has not misspelt it.
 */
export const ISTIO_ANNOTATIONS: ReadonlySet<string> = new Set([
  ...[
    'agentLogLevel',
    'bootstrapOverride',
    'capNetBindService',
    'componentLogLevel',
    'discoveryAddress',
    'enableCoreDump',
    'interceptionMode',
    'nativeSidecar',
    'proxyImage',
    'proxyImageType',
    'rewriteAppHTTPProbers',
    'userVolume',
    'userVolumeMount',
  ].map((name) => `sidecar.istio.io/${name}`),
  ...[
    'excludeInterfaces',
    'includeInboundPorts',
    'includeOutboundIPRanges',
    'includeOutboundPorts',
    'kubevirtInterfaces',
  ].map((name) => `traffic.sidecar.istio.io/${name}`),
]);
