import type { IstioProfile } from '../../../api/istio-profile.ts';
import type { ProxyConfig } from '../../../api/istio-proxy-config.ts';
import { writtenOnce } from '../../../json/written.ts';
import { type Container, ownValue } from '../../../kubernetes/pod.ts';
import type { Effective } from './effective.ts';
import { goJson } from './go-json.ts';
import { otelAttributes } from './otel-attributes.ts';
import { proxyConfigText } from './proxy-config-text.ts';
import type { WrittenResources } from './resources.ts';
import { INTERCEPTION_MODES } from './values.ts';
import type { Workload } from './workload.ts';

/** What is read from the pod besides its labels and annotations. */
export interface PodFacts {
  /** The containers of the pod that run beside the sidecar. */
  readonly containers: readonly Container[];
  readonly workload: Workload;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** How a ServiceAccount token is mounted into them; undefined when none is. */
  readonly token: object | undefined;
  /** The ProxyConfig as it goes into the environment. */
  readonly config: Variable;
}

export type Variable = { readonly name: string; readonly value?: string; readonly valueFrom?: object };

const field = (name: string, fieldPath: string): Variable =>
  writtenOnce({ name, valueFrom: { fieldRef: { fieldPath } } });
const limit = (name: string, resource: string): Variable =>
  writtenOnce({ name, valueFrom: { resourceFieldRef: { resource: `limits.${resource}`, divisor: '1' } } });
const MODES = new Map(
  INTERCEPTION_MODES.map((mode) => [mode, writtenOnce({ name: 'ISTIO_META_INTERCEPTION_MODE', value: mode })]),
);

/** The variable that carries a ProxyConfig. */
export const configVariable = (config: ProxyConfig): Variable =>
  writtenOnce({ name: 'PROXY_CONFIG', value: `${proxyConfigText(config)}\n` });

/** The variables that are the same for every pod of a profile. */
export interface ProfileVariables {
  readonly first: readonly Variable[];
  readonly clusterName: readonly Variable[];
  readonly mesh: readonly Variable[];
  readonly last: readonly Variable[];
}

export function profileVariables({ mesh, certificates, traffic }: IstioProfile['spec']): ProfileVariables {
  const { clusterName, trustDomain } = mesh;
  const meshId = mesh.meshId || trustDomain;
  const cluster = (value: string) => writtenOnce({ name: 'ISTIO_META_CLUSTER_ID', value });
  return {
    first: [
      ...(traffic.inboundPolicy === 'Localhost' ? [LEGACY_LOCALHOST] : []),
      writtenOnce({ name: 'PILOT_CERT_PROVIDER', value: certificates.provider }),
      writtenOnce({ name: 'CA_ADDR', value: certificates.authority || istiodAddress(mesh) }),
      ...IDENTITY,
    ],
    clusterName: clusterName === '' ? [cluster('Kubernetes')] : [],
    mesh: [
      ...(meshId === '' ? [] : [writtenOnce({ name: 'ISTIO_META_MESH_ID', value: meshId })]),
      ...(trustDomain === '' ? [] : [writtenOnce({ name: 'TRUST_DOMAIN', value: trustDomain })]),
    ],
    // Istio takes it out of its place when it is given, and puts it behind all others
    last: clusterName === '' ? [] : [cluster(clusterName)],
  };
}

const IDENTITY = [
  field('POD_NAME', 'metadata.name'),
  field('POD_NAMESPACE', 'metadata.namespace'),
  field('INSTANCE_IP', 'status.podIP'),
  field('SERVICE_ACCOUNT', 'spec.serviceAccountName'),
  field('HOST_IP', 'status.hostIP'),
];
const CPU_LIMIT = limit('ISTIO_CPU_LIMIT', 'cpu');
const MEMORY_LIMIT = limit('GOMEMLIMIT', 'memory');
const PROCESSORS = limit('GOMAXPROCS', 'cpu');
const NODE_NAME = field('ISTIO_META_NODE_NAME', 'spec.nodeName');
const LEGACY_LOCALHOST = { name: 'REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION', value: 'true' };

/**
 * The environment of the proxy, in Istio’s order (Istio reference, chapter 3.5).
 * @param resources those of the proxy
 */
export function proxyEnvironment(
  effective: Effective,
  facts: PodFacts,
  constant: ProfileVariables,
  resources: WrittenResources,
): Variable[] {
  const { spec, labels, annotations, config, network, mode, asIstio } = effective;
  const { mesh } = spec;
  const { workload } = facts;
  // without a limit the kubelet fills in what the node has, and a pod with init containers has been refused for it (istio#58805)
  const hasLimit = (resource: string) => asIstio || resources.limits?.[resource] !== undefined;
  const name = ownValue(labels, 'service.istio.io/workload-name') || workload.name;
  const attributes = mesh.otelSemanticConventions ? otelAttributes(annotations, labels, facts) : '';
  const metadata = config.proxyMetadata ?? {};
  return [
    ...constant.first,
    ...(hasLimit('cpu') ? [CPU_LIMIT] : []),
    facts.config,
    { name: 'ISTIO_META_POD_PORTS', value: portsText(facts.containers, asIstio) },
    { name: 'ISTIO_META_APP_CONTAINERS', value: facts.containers.map((container) => container.name).join(',') },
    ...(hasLimit('memory') ? [MEMORY_LIMIT] : []),
    ...(hasLimit('cpu') ? [PROCESSORS] : []),
    ...complianceVariables(mesh.compliancePolicy),
    ...constant.clusterName,
    NODE_NAME,
    MODES.get(mode) as Variable,
    ...(name === '' ? [] : [{ name: 'ISTIO_META_WORKLOAD_NAME', value: name }]),
    ...(workload.name === '' ? [] : [{ name: 'ISTIO_META_OWNER', value: ownerText(workload, facts.namespace) }]),
    ...constant.mesh,
    ...(attributes === '' ? [] : [{ name: 'OTEL_RESOURCE_ATTRIBUTES', value: attributes }]),
    ...Object.keys(metadata)
      .sort()
      .map((key) => ({ name: key, value: metadata[key] ?? '' })),
    ...constant.last,
    ...(network === '' ? [] : [{ name: 'ISTIO_META_NETWORK', value: network }]),
  ];
}

const istiodAddress = ({ revision, istioNamespace }: Effective['spec']['mesh']): string =>
  `istiod${revision === '' ? '' : `-${revision}`}.${istioNamespace}.svc:15012`;

function complianceVariables(policy: string): Variable[] {
  if (policy === '') return [];
  const strict = policy === 'fips-140-3' ? [{ name: 'GODEBUG', value: 'fips140=only' }] : [];
  return [{ name: 'COMPLIANCE_POLICY', value: policy }, ...strict];
}

const ownerText = ({ apiVersion, kind, name }: Workload, namespace: string): string =>
  `kubernetes://apis/${apiVersion}/namespaces/${namespace || 'default'}/${kind.toLowerCase()}s/${name}`;

/** The declared ports of all containers, one a line; what a manifest leaves out is as the API server completes it. */
function portsText(containers: readonly Container[], asIstio: boolean): string {
  const ports = containers.flatMap((container) => container.ports ?? []);
  const lines = ports.map(({ name, hostPort, containerPort, protocol, hostIP }, index) => {
    const port = {
      ...(name ? { name } : {}),
      ...(hostPort ? { hostPort } : {}),
      containerPort,
      ...(protocol ? { protocol } : asIstio ? {} : { protocol: 'TCP' }),
      ...(hostIP ? { hostIP } : {}),
    };
    return `    ${index === 0 ? '' : ','}${goJson(port)}\n`;
  });
  return `[\n${lines.join('')}]`;
}
