import { type Static, Type } from 'typebox';
import { ProxyConfig } from './istio-proxy-config.ts';
import { closed, Order, Port, profileOf } from './profile-building-blocks.ts';

// Names of our own, grouped by what they shape. Each description ends with the value of Istio’s chart, or the field of its MeshConfig,
// that `pillion profile from-istio` takes it from (Istio reference, chapter 4).

const group = { ...closed, default: {} };
const from = (description: string, origin: string) => `${description} Istio: ${origin}.`;

// they become arguments and addresses, so printable ASCII without white space, quotation marks and backslash
const WORD = { maxLength: 253, pattern: '^[!#-&(-\\[\\]-~]*$' };
const word = (preset: string, description: string, origin: string) =>
  Type.String({ ...WORD, default: preset, description: from(description, origin) });
const required = (preset: string, description: string, origin: string) =>
  Type.String({ ...WORD, minLength: 1, default: preset, description: from(description, origin) });
const flag = (preset: boolean, description: string, origin: string) =>
  Type.Boolean({ default: preset, description: from(description, origin) });
const count = (preset: number, description: string, origin: string, minimum = 0) =>
  Type.Integer({ minimum, maximum: 2 ** 31 - 1, default: preset, description: from(description, origin) });

const Amounts = (preset: Readonly<Record<string, string>>) =>
  Type.Record(Type.String({ pattern: '^[a-z0-9]([-a-z0-9./]{0,251}[a-z0-9])?$' }), Type.String({ maxLength: 32 }), {
    // a bare `false` is more than the library's own Default can take
    additionalProperties: Type.Never(),
    default: preset,
  });
const resources = (
  requests: Readonly<Record<string, string>>,
  limits: Readonly<Record<string, string>>,
  description: string,
) => Type.Object({ requests: Amounts(requests), limits: Amounts(limits) }, { ...group, description });

const Images = Type.Object(
  {
    hub: required('istio', 'Where the images lie.', 'global.hub'),
    tag: required('1.30.0', 'Their tag.', 'global.tag'),
    variant: word('', 'The kind of image, as distroless or debug; empty for the ordinary one.', 'global.variant'),
    proxy: required('proxyv2', 'The proxy’s image; with a slash in it the whole reference.', 'global.proxy.image'),
    init: required(
      'proxyv2',
      'The redirect container’s image; with a slash in it the whole reference.',
      'global.proxy_init.image',
    ),
    pullPolicy: Type.Optional(
      Type.Enum(['Always', 'IfNotPresent', 'Never'], {
        description: from('When the images are pulled.', 'global.imagePullPolicy'),
      }),
    ),
    pullSecrets: Type.Array(
      // no Secret has capitals, but the API server lets a pod name one that is not there, and Istio’s values take any text
      Type.String({ minLength: 1, maxLength: 253, pattern: '^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$' }),
      {
        default: [],
        maxItems: 32,
        description: from('Secrets that are added to the pod to pull them with.', 'global.imagePullSecrets'),
      },
    ),
  },
  group,
);

const Logging = Type.Object(
  {
    proxy: word('warning', 'Level of Envoy’s log.', 'global.proxy.logLevel'),
    components: word('misc:error', 'Levels of Envoy’s components.', 'global.proxy.componentLogLevel'),
    agent: word('default:info', 'Levels of the agent’s log.', 'global.logging.level'),
    asJson: flag(false, 'Whether the logs are JSON.', 'global.logAsJson'),
    outlierPath: word('', 'File to which ejections are logged.', 'global.proxy.outlierLogPath'),
  },
  group,
);

const Traffic = Type.Object(
  {
    includeOutboundIPRanges: word('*', 'Destinations that are captured.', 'global.proxy.includeIPRanges'),
    excludeOutboundIPRanges: word('', 'Destinations that are not captured.', 'global.proxy.excludeIPRanges'),
    includeInboundPorts: word('*', 'Own ports that are captured.', 'global.proxy.includeInboundPorts'),
    excludeInboundPorts: word('', 'Own ports that are not captured.', 'global.proxy.excludeInboundPorts'),
    includeOutboundPorts: word('', 'Ports captured whatever the destination.', 'global.proxy.includeOutboundPorts'),
    excludeOutboundPorts: word('', 'Ports never captured.', 'global.proxy.excludeOutboundPorts'),
    inboundPolicy: Type.Enum(['Passthrough', 'Localhost'], {
      default: 'Passthrough',
      description: from('Where inbound traffic arrives.', 'meshConfig.inboundTrafficPolicy.mode'),
    }),
    outboundListener: Type.Integer({
      ...Port,
      default: 15001,
      description: from('Port of the outbound listener.', 'meshConfig.proxyListenPort'),
    }),
    inboundListener: Type.Integer({
      ...Port,
      default: 15006,
      description: from('Port of the inbound listener.', 'meshConfig.proxyInboundListenPort'),
    }),
    forceApply: flag(false, 'Rules are applied even where they seem to stand.', 'global.proxy_init.forceApplyIptables'),
    nativeNftables: flag(false, 'Rules are written for nftables.', 'global.nativeNftables'),
  },
  group,
);

const Probes = Type.Object(
  {
    rewrite: flag(
      true,
      'Probes and life cycle calls of the application go through the agent, since the redirect would capture them.',
      'sidecarInjectorWebhook.rewriteAppHTTPProbe',
    ),
    readinessInitialDelaySeconds: count(0, 'Of the sidecar itself.', 'global.proxy.readinessInitialDelaySeconds'),
    readinessPeriodSeconds: count(15, 'Of the sidecar itself.', 'global.proxy.readinessPeriodSeconds', 1),
    readinessFailureThreshold: count(4, 'Of the sidecar itself.', 'global.proxy.readinessFailureThreshold', 1),
    startup: flag(true, 'Whether the sidecar has a startup probe.', 'global.proxy.startupProbe.enabled'),
    startupFailureThreshold: count(600, 'Seconds it has to start.', 'global.proxy.startupProbe.failureThreshold', 1),
    statusPort: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65535,
        description: from(
          'The agent’s port as the redirect and the drain know it; as in proxyConfig when it is left out, and 0 for no probes of the sidecar. Only compatibility Istio lets the two differ.',
          'global.proxy.statusPort',
        ),
      }),
    ),
  },
  group,
);

const Mesh = Type.Object(
  {
    revision: word('', 'The revision of istiod; empty for the default one.', 'revision'),
    istioNamespace: required('istio-system', 'Where istiod runs.', 'global.istioNamespace'),
    clusterDomain: required('cluster.local', 'The domain of Services.', 'global.proxy.clusterDomain'),
    trustDomain: word('cluster.local', 'The domain of identities.', 'meshConfig.trustDomain, global.trustDomain'),
    meshId: word('', 'Name of the mesh; the trust domain when empty.', 'global.meshID'),
    network: word('', 'Name of the network.', 'global.network'),
    clusterName: word('', 'Name of the cluster; Kubernetes when empty.', 'global.multiCluster.clusterName'),
    prometheusMerge: flag(
      true,
      'The agent serves the application’s metrics with its own.',
      'meshConfig.enablePrometheusMerge',
    ),
    otelSemanticConventions: flag(
      false,
      'Resource attributes for OpenTelemetry are set.',
      'meshConfig.extensionProviders[].opentelemetry.serviceAttributeEnrichment',
    ),
    compliancePolicy: word('', 'As fips-140-2 or fips-140-3.', 'environment COMPLIANCE_POLICY of istiod'),
  },
  group,
);

const Certificates = Type.Object(
  {
    authority: word('', 'Address of the certificate authority; istiod’s when empty.', 'global.caAddress'),
    provider: required('istiod', 'Who signs for the control plane.', 'global.pilotCertProvider'),
    trustBundle: word('', 'ConfigMap or ClusterTrustBundle with the roots.', 'global.trustBundleName'),
    clusterTrustBundle: flag(
      false,
      'The roots come from a ClusterTrustBundle.',
      'pilot.env.ENABLE_CLUSTER_TRUST_BUNDLE_API',
    ),
    revocationConfigMap: required('istio-ca-crl', 'ConfigMap with revocation lists.', 'pilot.crlConfigMapName'),
    tokenAudience: required('istio-ca', 'Audience of the token for istiod.', 'global.sds.token.aud'),
    stsPort: Type.Integer({
      minimum: 0,
      maximum: 65535,
      default: 0,
      description: from('Port of the token exchange; 0 for none.', 'global.sts.servicePort'),
    }),
    mountedSecret: flag(false, 'The Secret istio.SERVICEACCOUNT is mounted.', 'global.mountMtlsCerts'),
    gkeWorkloadCertificate: flag(
      false,
      'Certificates come from the driver of Google’s Kubernetes.',
      'global.caName: GkeWorkloadCertificate',
    ),
  },
  group,
);

const Rights = Type.Object(
  {
    privileged: flag(false, 'Both containers run privileged.', 'global.proxy.privileged'),
    netBindService: flag(false, 'The proxy may listen below port 1024, as root.', 'global.proxy.capNetBindService'),
    seccompProfile: Type.Optional(
      Type.Object(
        {
          type: Type.Enum(['RuntimeDefault', 'Unconfined', 'Localhost']),
          localhostProfile: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
        },
        {
          ...closed,
          description: from(
            'Of both containers. Left out, it is RuntimeDefault, or none with compatibility Istio.',
            'global.proxy.seccompProfile',
          ),
        },
      ),
    ),
  },
  group,
);

const Fields = Type.Record(Type.String({ maxLength: 253 }), Type.Unknown());
const Texts = Type.Record(Type.String({ minLength: 1, maxLength: 317 }), Type.String({ maxLength: 65536 }));

/** A change of the pod that is written as structure: what Istio’s custom Go templates are used for. */
const Template = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 63, pattern: '^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$' }),
    containers: Type.Record(Type.String({ maxLength: 63 }), Fields, {
      default: {},
      description:
        'By container name, whichever list it stands in: fields that are merged into it as a strategic merge patch does. The name * means each container of the author.',
    }),
    volumes: Type.Array(
      Type.Object({ name: Type.String({ minLength: 1, maxLength: 63 }) }, { additionalProperties: true }),
      {
        default: [],
        maxItems: 64,
        description: 'Volumes that are added; one of the same name has its source replaced.',
      },
    ),
    labels: Type.Record(Type.String({ minLength: 1, maxLength: 317 }), Type.String({ maxLength: 63 }), { default: {} }),
    annotations: Type.Unsafe<Record<string, string>>({ ...Texts, default: {} }),
  },
  closed,
);
export type Template = Static<typeof Template>;

/** The sidecar of an existing istiod. What is left out is as in the built-in profile `istio`. */
export const IstioProfile = profileOf(
  Type.Object(
    {
      kind: Type.Enum(['Istio'], { description: 'Istio: proxyv2 for an istiod that is already there.' }),
      compatibility: Type.Enum(['Corrected', 'Istio'], {
        default: 'Corrected',
        description:
          'Istio: what Istio’s own injector renders, its faults included. Corrected: without the faults that docs/istio-profile.md lists.',
      }),
      order: Order('Native: an init container that restarts always. Classic: an ordinary container.'),
      capture: Type.Enum(['Redirect', 'Cni', 'None'], {
        default: 'Redirect',
        description: from(
          'Redirect: istio-init installs the rules. Cni: Istio’s CNI plugin does, and istio-validation checks it. None: nothing is redirected.',
          'pilot.cni.enabled',
        ),
      }),
      holdApplication: flag(
        false,
        'In Classic order the application starts after the sidecar.',
        'global.proxy.holdApplicationUntilProxyStarts',
      ),
      images: Images,
      resources: resources(
        { cpu: '100m', memory: '128Mi' },
        { cpu: '2', memory: '1Gi' },
        'Of the proxy. Istio: global.proxy.resources.',
      ),
      initResources: resources(
        { cpu: '10m', memory: '40Mi' },
        { cpu: '100m', memory: '128Mi' },
        'Of the redirect container; with compatibility Istio it has those of the proxy.',
      ),
      lifecycle: Type.Optional(
        Type.Unsafe<Record<string, unknown>>({
          ...Fields,
          description: from('The proxy’s life cycle calls, instead of the usual ones.', 'global.proxy.lifecycle'),
        }),
      ),
      logging: Logging,
      traffic: Traffic,
      probes: Probes,
      mesh: Mesh,
      certificates: Certificates,
      rights: Rights,
      proxyConfig: Type.Unsafe<ProxyConfig>({
        ...(ProxyConfig as object),
        default: {},
        description: from(
          'What every proxy is configured with, before the pod’s own word.',
          'meshConfig.defaultConfig',
        ),
      }),
      annotations: Type.Unsafe<Record<string, string>>({
        ...Texts,
        default: {},
        description: from('Written on every pod.', 'sidecarInjectorWebhook.injectedAnnotations'),
      }),
      templates: Type.Array(Template, {
        default: [],
        maxItems: 32,
        description:
          'Structural patches that a pod names in inject.istio.io/templates, beside the built-in one, sidecar.',
      }),
      defaultTemplates: Type.Array(Type.String({ minLength: 1, maxLength: 63 }), {
        default: ['sidecar'],
        minItems: 1,
        maxItems: 32,
        description: from('Those of a pod that names none.', 'sidecarInjectorWebhook.defaultTemplates'),
      }),
    },
    closed,
  ),
);
export type IstioProfile = Static<typeof IstioProfile>;
