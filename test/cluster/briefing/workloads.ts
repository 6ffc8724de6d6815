type Json = Readonly<Record<string, unknown>>;

interface Template {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: Json;
  /** Fields of the only container. */
  readonly app?: Json;
}

const image = 'registry.example/app:1';

const template = (name: string, { labels, annotations, spec, app }: Template) => ({
  metadata: { labels: { app: name, ...labels }, ...(annotations && { annotations }) },
  spec: { containers: [{ name: 'app', image, ...app }], ...spec },
});

const workload = (apiVersion: string, kind: string, name: string, spec: Json) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop' },
  spec,
});

const selecting = (name: string) => ({ selector: { matchLabels: { app: name } } });

const deployment = (name: string, more: Template = {}, spec: Json = {}) =>
  workload('apps/v1', 'Deployment', name, { ...selecting(name), template: template(name, more), ...spec });

const HTTP = { ports: [{ name: 'http', containerPort: 8080 }] };
const PROBES = {
  ...HTTP,
  startupProbe: { tcpSocket: { port: 'http' }, failureThreshold: 30 },
  readinessProbe: { httpGet: { path: '/ready?deep=1', port: 'http' } },
  livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 5 },
  lifecycle: { preStop: { httpGet: { path: '/stop', port: 8080, scheme: 'HTTPS' } } },
};
const GUARANTEED = {
  resources: { requests: { cpu: '500m', memory: '1024Mi' }, limits: { cpu: '0.5', memory: '1Gi' } },
};
const job = { template: { ...template('once', {}), spec: { ...template('once', {}).spec, restartPolicy: 'Never' } } };
const ISTIO = { profile: 'istio' };

/** The workloads that are briefed: what people run, as they run it, none of which asks for a sidecar yet. */
export const WORKLOADS: readonly ReturnType<typeof workload>[] = [
  deployment('plain'),
  deployment('probed', { app: PROBES, labels: { 'pillion.io/squad': 'storefront' } }, { replicas: 2 }),
  deployment('asks-by-grpc', { app: { ports: [{ containerPort: 9000 }], readinessProbe: { grpc: { port: 9000 } } } }),
  deployment('prepared', {
    spec: {
      initContainers: [
        { name: 'migrate', image },
        { name: 'tunnel', image, restartPolicy: 'Always', startupProbe: { tcpSocket: { port: 7000 } } },
      ],
    },
  }),
  deployment('mixed-ports', {
    app: {
      ports: [
        { containerPort: 8080 },
        { containerPort: 53, protocol: 'UDP' },
        { name: 'metrics', containerPort: 9100 },
      ],
    },
    annotations: {
      'traffic.sidecar.istio.io/excludeInboundPorts': '9100-9110',
      'traffic.sidecar.istio.io/excludeOutboundPorts': '5432',
      'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.9.0.0/16',
    },
  }),
  deployment('guaranteed', { app: GUARANTEED, spec: { terminationGracePeriodSeconds: 90 } }, { replicas: 3 }),
  deployment('tuned', {
    annotations: { 'sidecar.istio.io/proxyCPU': '0.250', 'sidecar.istio.io/proxyMemory': '96Mi' },
  }),
  deployment('reshaped', {
    spec: {
      containers: [
        { name: 'app', image },
        { name: 'istio-proxy', image: 'auto', resources: { requests: { cpu: '200m' } } },
      ],
    },
  }),
  deployment('without-token', { spec: { automountServiceAccountToken: false, imagePullSecrets: [{ name: 'mine' }] } }),
  deployment('own-volumes', {
    app: { volumeMounts: [{ name: 'data', mountPath: '/data' }], env: [{ name: 'A', value: 'b' }] },
    spec: { volumes: [{ name: 'data', emptyDir: {} }], securityContext: { runAsUser: 1000, fsGroup: 2000 } },
  }),
  deployment('opted-out', { labels: { 'sidecar.istio.io/inject': 'false' } }),
  deployment('recreated', {}, { strategy: { type: 'Recreate' } }),
  deployment('classic', { app: PROBES, labels: { profile: 'classic' } }),
  deployment('uncaptured', { app: PROBES, labels: { profile: 'uncaptured' } }),
  deployment('featureless', { app: HTTP, labels: { profile: 'featureless' } }),
  deployment('traced', { app: HTTP, labels: { profile: 'traced' } }),
  deployment('istio-plain', { labels: { ...ISTIO, version: 'v2' } }),
  deployment('istio-probed', { app: PROBES, labels: ISTIO }),
  deployment('istio-scraped', {
    labels: ISTIO,
    annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080', 'prometheus.io/path': '/m' },
  }),
  deployment('istio-settings', {
    labels: ISTIO,
    annotations: {
      'traffic.sidecar.istio.io/includeInboundPorts': '8080',
      'traffic.sidecar.istio.io/excludeOutboundPorts': '5432,6379',
      'sidecar.istio.io/proxyMemoryLimit': '2048Mi',
    },
    app: { ports: [{ containerPort: 8080 }, { containerPort: 9090 }] },
  }),
  deployment('istio-classic', {
    labels: ISTIO,
    annotations: { 'sidecar.istio.io/nativeSidecar': 'false' },
    app: PROBES,
  }),
  workload('apps/v1', 'StatefulSet', 'store', {
    ...selecting('store'),
    serviceName: 'store',
    template: template('store', { app: { ports: [{ containerPort: 5432 }] } }),
  }),
  workload('apps/v1', 'DaemonSet', 'agent', { ...selecting('agent'), template: template('agent', {}) }),
  workload('batch/v1', 'Job', 'once', job),
  workload('batch/v1', 'CronJob', 'nightly', { schedule: '0 3 1 1 *', jobTemplate: { spec: job } }),
  { ...workload('v1', 'Pod', 'bare', template('bare', {}).spec), spec: template('bare', {}).spec },
];
