import type { IstioProfile } from '../../src/core/api/istio-profile.ts';

type Spec = IstioProfile['spec'];

/** Settings of a profile that differ from the built-in one, group by group. */
export type Settings = {
  readonly [group in keyof Spec]?: Spec[group] extends object ? Partial<Spec[group]> : Spec[group];
};

/** What is special about one of Istio’s goldens. */
export interface GoldenCase {
  /** The file that is injected; the golden’s name without its ending when it is left out. */
  readonly input?: string;
  readonly settings?: Settings;
  /** A file beside the goldens with Helm values, which is read when the case runs. */
  readonly overlay?: string;
}

const CLASSIC: Settings = { order: 'Classic' };
const CNI: Settings = { capture: 'Cni' };
const HOLD: Settings = { holdApplication: true };
const READINESS: Settings = {
  probes: {
    statusPort: 123,
    readinessInitialDelaySeconds: 100,
    readinessPeriodSeconds: 200,
    readinessFailureThreshold: 300,
  },
};
const TPROXY: Settings = { proxyConfig: { interceptionMode: 'TPROXY' } };

const INJECTED_FILE = {
  name: 'some-injected-file',
  downwardAPI: { items: [{ path: 'foo.json', fieldRef: { fieldPath: "metadata.annotations['foo']" } }] },
};
const SPIRE_SOCKET = { name: 'workload-socket', csi: { driver: 'csi.spiffe.io', readOnly: true } };

const custom: Settings = {
  templates: [
    {
      name: 'custom',
      labels: {},
      annotations: {
        'prometheus.istio.io/merge-metrics': 'false',
        'sidecar.istio.io/rewriteAppHTTPProbers': 'false',
        foo: 'bar',
      },
      containers: {
        '*': {
          env: [
            { name: 'SOME_ENV', value: 'true' },
            { name: 'SOME_FILE', value: '/var/lib/data/foo.json' },
          ],
          volumeMounts: [{ name: 'some-injected-file', mountPath: '/var/lib/data/foo.json', subPath: 'foo.json' }],
        },
      },
      volumes: [INJECTED_FILE],
    },
  ],
};

const spire: Settings = {
  templates: [
    {
      name: 'spire',
      labels: {},
      annotations: {},
      containers: {
        'istio-proxy': {
          volumeMounts: [
            { name: 'workload-socket', mountPath: '/var/run/secrets/workload-spiffe-uds', readOnly: true },
          ],
        },
      },
      volumes: [SPIRE_SOCKET],
    },
  ],
};

const older = (kind: string): [string, GoldenCase] => [
  `${kind}-old-version.yaml.injected`,
  { input: `${kind}.yaml`, settings: CLASSIC },
];
const hello = (golden: string, settings: Settings): [string, GoldenCase] => [
  `${golden}.injected`,
  { input: 'hello.yaml', settings },
];

/**
 * The goldens whose settings are not those of the default chart, or whose input has another name (istio.io/istio
 * pkg/kube/inject/inject_test.go, TestInjection and TestInjectionOlderVersion), in terms of the profile.
 */
export const CASES: ReadonlyMap<string, GoldenCase> = new Map([
  ...['cronjob', 'daemonset', 'hello', 'job', 'native-sidecar', 'pod', 'replicaset', 'statefulset'].map(older),
  hello('hello.yaml.cni', { ...CNI, mesh: { network: 'network1' } }),
  hello('hello.yaml.proxyImageName', { images: { proxy: 'proxyTest' } }),
  hello('hello.yaml.proxyInitImageName', { images: { init: 'proxyInitTest' } }),
  hello('hello-tproxy.yaml', TPROXY),
  hello('hello-always.yaml', { images: { pullPolicy: 'Always' } }),
  hello('hello-never.yaml', { images: { pullPolicy: 'Never' } }),
  hello('hello-mount-mtls-certs.yaml', { certificates: { mountedSecret: true } }),
  hello('hello.proxyHoldsApplication.yaml', HOLD),
  hello('hello-fips-140-3.yaml', { mesh: { compliancePolicy: 'fips-140-3' } }),
  hello('hello-cncf-networks.yaml', CNI),
  ['hello-existing-cncf-networks.yaml.injected', { settings: CNI }],
  ['hello-existing-cncf-networks-json.yaml.injected', { settings: CNI }],
  ['hello-openshift.yaml.injected', { settings: CNI }],
  ['hello-openshift-custom-injection.yaml.injected', { settings: CNI }],
  ['hello-openshift-tproxy.yaml.injected', { settings: CNI }],
  ['hello-probes.proxyHoldsApplication.yaml.injected', { input: 'hello-probes.yaml', settings: HOLD }],
  ['hello-probes-noProxyHoldApplication-ProxyConfig.yaml.injected', { settings: HOLD }],
  ['hello-probes-localhost.yaml.injected', { settings: { traffic: { inboundPolicy: 'Localhost' } } }],
  ['hello-otel-semconv.yaml.injected', { settings: { mesh: { otelSemanticConventions: true } } }],
  ['hello-tracing-disabled.yaml.injected', { settings: { proxyConfig: { tracing: {} } } }],
  ['merge-probers.yaml.injected', { settings: HOLD }],
  ['format-duration.yaml.injected', { settings: { proxyConfig: { drainDuration: '23s' } } }],
  [
    'traffic-annotations.yaml.injected',
    {
      settings: {
        proxyConfig: { proxyMetadata: { ISTIO_META_TLS_CLIENT_KEY: '/etc/identity/client/keys/client-key.pem' } },
      },
    },
  ],
  [
    'traffic-params.yaml.injected',
    {
      settings: {
        traffic: {
          includeOutboundIPRanges: '127.0.0.1/24,10.96.0.1/24',
          excludeOutboundIPRanges: '10.96.0.2/24,10.96.0.3/24',
          excludeInboundPorts: '4,5,6',
        },
        probes: { statusPort: 0 },
      },
    },
  ],
  ['status_params.yaml.injected', { settings: READINESS }],
  ['kubevirtInterfaces.yaml.injected', { settings: READINESS }],
  ['reroute-virtual-interfaces.yaml.injected', { settings: READINESS }],
  ['proxy-override-args-native.yaml.injected', { input: 'proxy-override-args.yaml' }],
  ['proxy-override-runas.yaml.cni.injected', { input: 'proxy-override-runas.yaml', settings: CNI }],
  ['proxy-override-runas.yaml.tproxy.injected', { input: 'proxy-override-runas.yaml', settings: TPROXY }],
  [
    'hello-image-secrets-in-values.yaml.injected',
    { input: 'hello.yaml', overlay: 'hello-image-secrets-in-values.iop.yaml' },
  ],
  [
    'hello-multiple-image-secrets.yaml.injected',
    { input: 'hello-image-pull-secret.yaml', overlay: 'hello-image-secrets-in-values.iop.yaml' },
  ],
  ['hello-template-in-values.yaml.injected', { input: 'hello.yaml', overlay: 'hello-template-in-values.iop.yaml' }],
  ['proxy-resources-null.yaml.injected', { overlay: 'proxy-resources-null.iop.yaml' }],
  ['proxy-resources-null-no-init.yaml.injected', { overlay: 'proxy-resources-null.iop.yaml' }],
  ['proxy-resources-zero.yaml.injected', { overlay: 'proxy-resources-zero.iop.yaml' }],
  ['proxy-resources-memory-null.yaml.injected', { overlay: 'proxy-resources-memory-null.iop.yaml' }],
  ['proxy-resources-mixed-null.yaml.injected', { overlay: 'proxy-resources-mixed-null.iop.yaml' }],
  ['custom-template.yaml.injected', { overlay: 'custom-template.iop.yaml' }],
  ['sidecar-spire.yaml.injected', { overlay: 'spire-template.iop.yaml' }],
  ['gateway-spire.yaml.injected', { overlay: 'spire-template.iop.yaml' }],
]);

/** Istio’s own templates of the overlays, as structure: by hand, since their text is a program. */
export const TEMPLATES: ReadonlyMap<string, Settings> = new Map([
  ['custom', custom],
  ['spire', spire],
]);

/** Goldens of what the profile does not do, and what that is (issue: OpenShift, Multus, gateways, proxyless gRPC may come later). */
export const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['hello-openshift.yaml.injected', 'OpenShift'],
  ['hello-openshift-custom-injection.yaml.injected', 'OpenShift'],
  ['hello-openshift-tproxy.yaml.injected', 'OpenShift'],
  ['hello-cncf-networks.yaml.injected', 'Multus'],
  ['hello-existing-cncf-networks.yaml.injected', 'Multus'],
  ['hello-existing-cncf-networks-json.yaml.injected', 'Multus'],
  ['gateway.yaml.injected', 'gateway'],
  ['gateway-spire.yaml.injected', 'gateway'],
  ['gateway-with-default-container.yaml.injected', 'gateway'],
  ['grpc-agent.yaml.injected', 'grpc'],
  ['grpc-simple.yaml.injected', 'grpc'],
]);
