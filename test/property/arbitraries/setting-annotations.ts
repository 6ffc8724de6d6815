import fc from 'fast-check';

const cpu = fc.constantFrom('100m', '0.5', '2000m', '0.009', '1', '1.1');
const memory = fc.constantFrom('64Mi', '1024Mi', '0.5Gi', '128M', '1e8');
const ports = fc.constantFrom('', '8080', '8080, 9000-9010', '1-65535');
const blocks = fc.constantFrom('', '10.0.0.0/8', '10.0.0.0/8,FD00::/8', '::/0');
const broken = fc.constantFrom('all', '-1', '70000', '10.0.0.0', '1 0', '`;drop');

const accepted: fc.Arbitrary<[string, string]> = fc.oneof(
  fc.tuple(fc.constantFrom('sidecar.istio.io/proxyCPU', 'sidecar.istio.io/proxyCPULimit'), cpu),
  fc.tuple(fc.constantFrom('sidecar.istio.io/proxyMemory', 'sidecar.istio.io/proxyMemoryLimit'), memory),
  fc.tuple(fc.constant('sidecar.istio.io/logLevel'), fc.constantFrom('debug', 'off')),
  fc.tuple(
    fc.constantFrom('traffic.sidecar.istio.io/excludeInboundPorts', 'traffic.sidecar.istio.io/excludeOutboundPorts'),
    ports,
  ),
  fc.tuple(fc.constant('traffic.sidecar.istio.io/excludeOutboundIPRanges'), blocks),
  fc.constantFrom<[string, string]>(
    ['sidecar.istio.io/nativeSidecar', 'true'],
    ['sidecar.istio.io/nativeSidecar', 'false'],
    ['sidecar.istio.io/interceptionMode', 'TPROXY'],
    ['sidecar.istio.io/interceptionMode', 'NONE'],
    ['sidecar.istio.io/rewriteAppHTTPProbers', 'false'],
    ['sidecar.istio.io/proxyImageType', 'distroless'],
    ['sidecar.istio.io/proxyImage', 'registry.example/proxyv2:1'],
    ['sidecar.istio.io/userVolume', '{"__proto__":{"emptyDir":{}},"extra":{"emptyDir":{}}}'],
    ['sidecar.istio.io/userVolumeMount', '{"extra":{"mountPath":"/extra"}}'],
    ['status.sidecar.istio.io/port', '0'],
    ['status.sidecar.istio.io/port', '15999'],
    ['proxy.istio.io/config', '{"proxyMetadata":{"A":"b"},"statusPort":15025}'],
    ['proxy.istio.io/config', 'concurrency: 2\nproxyMetadata: { EMPTY: "" }'],
    ['prometheus.io/port', '9090'],
    ['prometheus-io/path', '/metrics'],
    ['prometheus.io/scrape', 'true'],
    ['prometheus.io/scrape', 'false'],
    ['prometheus.istio.io/scrape-targets', '9090:/a,9091'],
    ['traffic.sidecar.istio.io/includeOutboundPorts', '80'],
  ),
);

/** An annotation that shapes the sidecar; one in twelve has a value that is refused. */
export const settingAnnotation: fc.Arbitrary<[string, string]> = fc.oneof(
  { weight: 11, arbitrary: accepted },
  { weight: 1, arbitrary: fc.tuple(accepted, broken).map(([[key], value]): [string, string] => [key, value]) },
);
