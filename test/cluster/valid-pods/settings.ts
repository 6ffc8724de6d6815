import fc from 'fast-check';

const odd = fc.constantFrom(
  '',
  ' ',
  '0',
  '00',
  '-1',
  '1 ',
  '65536',
  '2147483648',
  '99999999999999999999',
  '1e3',
  '1E99',
  'x'.repeat(300),
  '{{ .Values }}',
  'a\nb',
  '\u2028',
  '"quoted"',
  '{"__proto__":{}}',
  'ключ',
);

const amount = fc.constantFrom('100m', '0.5', '5', '1E', '0.0001', '1n', '0', '1e-3', '+1', '.5', '1.');
const memory = fc.constantFrom('64Mi', '2Gi', '1e8', '100m', '0.5', '1E', '128M');

const config = fc.constantFrom(
  '{}',
  'statusPort: 15025',
  'statusPort: 0',
  'statusPort: -1',
  'statusPort: 70000',
  'proxyAdminPort: 15999',
  'holdApplicationUntilProxyStarts: true',
  'interceptionMode: TPROXY',
  'image: { imageType: " " }',
  'image: { imageType: debug }',
  'concurrency: 0',
  'terminationDrainDuration: 10s',
  'proxyMetadata: { A: b, "": c }',
  'proxyMetadata: { "a=b": c }',
  'proxyMetadata: { "a b": c, my.name-1: d }',
  'proxyMetadata: { "ключ": c }',
  'proxyMetadata: { "x\\ny": c }',
  'proxyMetadata: { POD_NAME: other, ISTIO_META_OWNER: me }',
  'proxyMetadata: { HOST_IP: 127.0.0.1, ISTIO_META_NETWORK: n }',
  'proxyMetadata: { ISTIO_META_ENABLE_HBONE: "true" }',
  'proxyMetadata: { IPTABLES_TRACE_LOGGING: "true" }',
  'proxyMetadata: { ENVOY_SECURE_MERGED_METRICS_PORT: "15091" }',
);

const volumes = fc.constantFrom(
  '{"extra":{"emptyDir":{}}}',
  '{"own":{"hostPath":{"path":"/var/log"}}}',
  '{"own":{"hostPath":{"path":"../etc"}}}',
  '{"own":{"hostPath":{"path":"/x","type":"Odd"}}}',
  '{"own":{"hostPath":"/x"}}',
  '{"own":{}}',
  '{"own":{"emptyDir":{},"configMap":{"name":"a"}}}',
  '{"own":{"configMap":{}}}',
  '{"own":{"configMap":{"name":"a","defaultMode":"rw"}}}',
  '{"own":{"configMap":{"name":"a","defaultMode":9999}}}',
  '{"own":{"secret":{"secretName":"a","optional":true}}}',
  '{"own":{"secret":{"name":"a"}}}',
  '{"own":{"persistentVolumeClaim":{"claimName":"a"}}}',
  '{"own":{"persistentVolumeClaim":{}}}',
  '{"own":{"csi":{}}}',
  '{"own":{"csi":{"driver":"csi.spiffe.io","readOnly":true}}}',
  '{"own":{"projected":{"sources":[]}}}',
  '{"own":{"projected":{"sources":[{"secret":{"name":"a"}}]}}}',
  '{"own":{"emptyDir":{"medium":"Disk"}}}',
  '{"own":{"emptyDir":{"sizeLimit":"much"}}}',
  '{"own":{"nothing":{}}}',
  '{"own":{"nfs":{"server":"a","path":"/b"}}}',
  '{"Own_1":{"emptyDir":{}}}',
  `{"${'x'.repeat(64)}":{"emptyDir":{}}}`,
  '{"istio-token":{"emptyDir":{}}}',
);

const mounts = fc.constantFrom(
  '{"extra":{"mountPath":"/extra"}}',
  '{"own":{"mountPath":"/own","readOnly":true}}',
  '{"own":{"mountPath":""}}',
  '{"own":{"mountPath":"/etc/istio/pod"}}',
  '{"own":{"mountPath":"/own","subPath":"../up"}}',
  '{"own":{"mountPath":"/own","subPath":"/abs"}}',
  '{"own":{"mountPath":"/own","readOnly":"yes"}}',
  '{"own":{"mountPath":"/own","mountPropagation":"Odd"}}',
  '{"own":{"mountPath":"/own","mountPropagation":"Bidirectional"}}',
  '{"own":{"mountPath":"/own","unknown":1}}',
  '{"data":{"mountPath":"/data:1"}}',
  '{"missing":{"mountPath":"/missing"}}',
);

const setting = (key: string, value: fc.Arbitrary<string>) => fc.tuple(fc.constant(key), value);
const named = (prefix: string, names: readonly string[], value: fc.Arbitrary<string>) =>
  fc.tuple(fc.constantFrom(...names.map((name) => prefix + name)), value);

const sensible: fc.Arbitrary<[string, string]> = fc.oneof(
  named('sidecar.istio.io/', ['proxyCPU', 'proxyCPULimit'], amount),
  named('sidecar.istio.io/', ['proxyMemory', 'proxyMemoryLimit'], memory),
  named('sidecar.istio.io/', ['logLevel', 'agentLogLevel'], fc.constant('debug')),
  setting('sidecar.istio.io/interceptionMode', fc.constantFrom('REDIRECT', 'TPROXY', 'NONE')),
  named(
    'sidecar.istio.io/',
    ['nativeSidecar', 'capNetBindService', 'rewriteAppHTTPProbers'],
    fc.constantFrom('true', 'false'),
  ),
  setting('sidecar.istio.io/proxyImage', fc.constantFrom('registry.example/own/proxyv2:1', 'proxyv2', 'a b/c ')),
  setting('sidecar.istio.io/proxyImageType', fc.constantFrom('distroless', 'debug', ' odd ')),
  setting('sidecar.istio.io/userVolume', volumes),
  setting('sidecar.istio.io/userVolumeMount', mounts),
  setting('status.sidecar.istio.io/port', fc.constantFrom('0', '15020', '15999', ' 15998', '8080')),
  named(
    'readiness.status.sidecar.istio.io/',
    ['initialDelaySeconds', 'periodSeconds', 'failureThreshold'],
    fc.constantFrom('0', '1', '2147483647'),
  ),
  setting('proxy.istio.io/config', config),
  setting('inject.istio.io/templates', fc.constantFrom('sidecar', 'extras', 'sidecar,extras', 'sidecar,host', 'none')),
  named('traffic.sidecar.istio.io/', ['excludeInboundPorts', 'includeOutboundPorts'], fc.constant('80,443')),
  named('prometheus.io/', ['port', 'scrape', 'path'], fc.constantFrom('9090', 'true', '/metrics')),
  setting('prometheus.istio.io/scrape-targets', fc.constant('9090:/a,9091')),
);

const READ = [
  'sidecar.istio.io/componentLogLevel',
  'traffic.sidecar.istio.io/kubevirtInterfaces',
  'team.example/owner',
];

const oddSetting: fc.Arbitrary<[string, string]> = fc.tuple(
  fc.oneof(
    sensible.map(([key]) => key),
    fc.constantFrom(...READ),
  ),
  odd,
);

/** Annotations of a pod that asks for a sidecar; a few have values that nobody takes. */
export const settings: fc.Arbitrary<Record<string, string>> = fc
  .array(
    fc.oneof(
      { weight: 14, arbitrary: sensible },
      { weight: 1, arbitrary: oddSetting },
      { weight: 1, arbitrary: fc.constant<[string, string]>(['team.example/notes', 'n'.repeat(258_000)]) },
    ),
    { maxLength: 3 },
  )
  .map((entries) => ({ 'sidecar.istio.io/inject': 'true', ...Object.fromEntries(entries) }));
