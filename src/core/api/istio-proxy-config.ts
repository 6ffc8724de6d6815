import { type Static, Type } from 'typebox';
import { AnyKey } from '../json/any-key.ts';
import { closed } from './profile-building-blocks.ts';

// Istio’s message ProxyConfig, field by field in the order of its numbers, which is the order it is written in
// (istio.io/api v1.31, mesh/v1alpha1/proxy.proto). Names are those of its JSON form.

const optional = Type.Optional;
const text = optional(Type.String({ maxLength: 65536 }));
const texts = optional(Type.Array(Type.String({ maxLength: 65536 }), { maxItems: 1024 }));
const bool = optional(Type.Boolean());
const int32 = optional(Type.Integer({ minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }));
const uint32 = optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 }));
const int64 = optional(Type.Integer());
const double = optional(Type.Number());
// a number of seconds with at most nine decimals, as protobuf writes durations
const duration = optional(Type.String({ maxLength: 32, pattern: '^-?\\d{1,12}(\\.\\d{1,9})?s$' }));
const map = optional(Type.Record(AnyKey, Type.String({ maxLength: 65536 })));
const oneOf = <const T extends string[]>(...names: T) => optional(Type.Enum(names));
const message = <T extends Parameters<typeof Type.Object>[0]>(fields: T) => optional(Type.Object(fields, closed));

const Tls = message({
  mode: oneOf('DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'),
  clientCertificate: text,
  privateKey: text,
  caCertificates: text,
  subjectAltNames: texts,
  sni: text,
  credentialName: text,
  insecureSkipVerify: bool,
  caCrl: text,
});

const RemoteService = message({
  address: text,
  tlsSettings: Tls,
  tcpKeepalive: message({ probes: uint32, time: duration, interval: duration }),
});

const CustomTag = Type.Object(
  {
    literal: message({ value: text }),
    environment: message({ name: text, defaultValue: text }),
    header: message({ name: text, defaultValue: text }),
  },
  closed,
);

const Tracing = message({
  zipkin: message({ address: text }),
  lightstep: message({ address: text, accessToken: text }),
  datadog: message({ address: text }),
  stackdriver: message({
    debug: bool,
    maxNumberOfAttributes: int64,
    maxNumberOfAnnotations: int64,
    maxNumberOfMessageEvents: int64,
  }),
  customTags: optional(Type.Record(AnyKey, CustomTag)),
  maxPathTagLength: uint32,
  sampling: double,
  tlsSettings: Tls,
  openCensusAgent: message({
    address: text,
    context: optional(
      Type.Array(Type.Enum(['UNSPECIFIED', 'W3C_TRACE_CONTEXT', 'GRPC_BIN', 'CLOUD_TRACE_CONTEXT', 'B3'])),
    ),
  }),
  enableIstioTags: bool,
});

const FORWARD_DETAILS = [
  'UNDEFINED',
  'SANITIZE',
  'FORWARD_ONLY',
  'APPEND_FORWARD',
  'SANITIZE_SET',
  'ALWAYS_FORWARD_ONLY',
] as const;

const ReadinessProbe = message({
  initialDelaySeconds: int32,
  timeoutSeconds: int32,
  periodSeconds: int32,
  successThreshold: int32,
  failureThreshold: int32,
  httpGet: message({
    path: text,
    port: uint32,
    host: text,
    scheme: text,
    httpHeaders: optional(Type.Array(Type.Object({ name: text, value: text }, closed))),
  }),
  tcpSocket: message({ host: text, port: uint32 }),
  exec: message({ command: texts }),
  grpc: message({ port: uint32, service: text }),
});

const ProxyHeaders = message({
  forwardedClientCert: oneOf(...FORWARD_DETAILS),
  server: message({ disabled: bool, value: text }),
  requestId: message({ disabled: bool }),
  attemptCount: message({ disabled: bool }),
  envoyDebugHeaders: message({ disabled: bool }),
  metadataExchangeHeaders: message({ mode: oneOf('UNDEFINED', 'IN_MESH') }),
  setCurrentClientCertDetails: message({ subject: bool, cert: bool, chain: bool, dns: bool, uri: bool }),
  preserveHttp1HeaderCase: bool,
  xForwardedHost: message({ enabled: bool }),
  xForwardedPort: message({ enabled: bool }),
});

const ConnectionSettings = message({
  profile: oneOf('SIDECAR', 'EDGE'),
  listenerPerConnectionBufferLimitBytes: int32,
  clusterPerConnectionBufferLimitBytes: int32,
  httpIdleTimeout: duration,
  httpMaxConnectionDuration: duration,
  httpDrainTimeout: duration,
  httpRequestTimeout: duration,
  httpRequestHeadersTimeout: duration,
  httpStreamIdleTimeout: duration,
  httpMaxStreamDuration: duration,
  httpMaxConcurrentStreams: int32,
  http2InitialStreamWindowSize: int32,
  http2InitialConnectionWindowSize: int32,
  httpHeadersWithUnderscoresAction: oneOf(
    'HEADERS_WITH_UNDERSCORES_UNSPECIFIED',
    'HEADERS_WITH_UNDERSCORES_ALLOW',
    'HEADERS_WITH_UNDERSCORES_REJECT_REQUEST',
    'HEADERS_WITH_UNDERSCORES_DROP_HEADER',
  ),
  httpMergeSlashes: bool,
  httpPathWithEscapedSlashesAction: oneOf(
    'PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED',
    'KEEP_UNCHANGED',
    'REJECT_REQUEST',
    'UNESCAPE_AND_REDIRECT',
    'UNESCAPE_AND_FORWARD',
  ),
  listenerConnectionLimit: int32,
  globalDownstreamConnectionLimit: int32,
});

/** What an Istio proxy is configured with, as a JSON form of the message: closed, each field of its type. */
export const ProxyConfig = Type.Object(
  {
    configPath: text,
    binaryPath: text,
    serviceCluster: text,
    drainDuration: duration,
    discoveryAddress: text,
    discoveryRefreshDelay: duration,
    zipkinAddress: text,
    statsdUdpAddress: text,
    proxyAdminPort: int32,
    availabilityZone: text,
    controlPlaneAuthPolicy: oneOf('NONE', 'MUTUAL_TLS', 'INHERIT'),
    customConfigFile: text,
    statNameLength: int32,
    concurrency: int32,
    proxyBootstrapTemplatePath: text,
    interceptionMode: oneOf('REDIRECT', 'TPROXY', 'NONE'),
    tracing: Tracing,
    envoyMetricsServiceAddress: text,
    sds: message({ enabled: bool, k8sSaJwtPath: text }),
    envoyAccessLogService: RemoteService,
    envoyMetricsService: RemoteService,
    proxyMetadata: map,
    statusPort: int32,
    extraStatTags: texts,
    gatewayTopology: message({
      numTrustedProxies: uint32,
      forwardClientCertDetails: oneOf(...FORWARD_DETAILS),
      proxyProtocol: message({}),
    }),
    terminationDrainDuration: duration,
    meshId: text,
    readinessProbe: ReadinessProbe,
    proxyStatsMatcher: message({ inclusionPrefixes: texts, inclusionSuffixes: texts, inclusionRegexps: texts }),
    holdApplicationUntilProxyStarts: bool,
    caCertificatesPem: texts,
    image: message({ imageType: text }),
    tracingServiceName: oneOf('APP_LABEL_AND_NAMESPACE', 'CANONICAL_NAME_ONLY', 'CANONICAL_NAME_AND_NAMESPACE'),
    runtimeValues: map,
    privateKeyProvider: message({
      cryptomb: message({ pollDelay: duration, fallback: bool }),
      qat: message({ pollDelay: duration, fallback: bool }),
    }),
    proxyHeaders: ProxyHeaders,
    fileFlushInterval: duration,
    fileFlushMinSizeKb: uint32,
    statsCompression: bool,
    connectionSettings: ConnectionSettings,
  },
  closed,
);
export type ProxyConfig = Static<typeof ProxyConfig>;
