import { issueSelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import type { EffectiveValues } from '../../../src/core/traffic/effective-values.ts';
import { objectsIn } from '../../chart/helm-runs.ts';
import { type CorpusFile, effectiveOf, namespaceOf } from '../../chart/mesh-standard/corpus.ts';
import { type IstioKinds, istioKinds } from '../../chart/mesh-standard/istio-kinds.ts';
import { meshTemplate } from '../../chart/mesh-standard/mesh-chart.ts';
import {
  aroundService,
  gateways,
  type Manifest,
  makeNamespaces,
  SECRETS,
  service,
} from '../../chart/mesh-standard/surroundings.ts';
import type { ApiClient } from '../../cluster/api-client.ts';
import { eventually } from '../../cluster/eventually.ts';
import type { ControlPlane } from '../../controlplane/control-plane.ts';
import { ISTIO_NAMESPACE } from '../mesh/istiod.ts';
import { REGION } from './discovery.ts';
import { TRACES } from './mesh-config.ts';

/** The zones in which every version of every service has a pod; callers are in the first. */
export const ZONES = ['near', 'far'] as const;

/** A port that every Service has beside the one that the values are about. */
export const OTHER_PORT = 19_555;

/** A pod that istiod knows. */
export interface KnownPod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string;
  readonly zone: (typeof ZONES)[number];
}

/** The corpus in a cluster. */
export interface CorpusInMesh {
  readonly objects: number;
  readonly pods: readonly KnownPod[];
  /** The names of the Services in Istio’s own namespace. */
  readonly istioServices: readonly string[];
}

/** Installs Istio’s kinds and creates what the chart makes of every file, in a namespace each, with the Services and pods that it is about. */
export async function corpusInMesh(
  files: readonly CorpusFile[],
  api: ApiClient,
  controlPlane: ControlPlane,
): Promise<CorpusInMesh> {
  const kinds = await istioKinds(api);
  const own = files.map((file) => ({ file, namespace: namespaceOf(file), values: effectiveOf(file) }));
  const called = own.flatMap(({ namespace, values }) => calledServices(namespace, values));
  const around = own.flatMap(({ namespace, values }) => aroundService(namespace, values));
  await makeNamespaces(controlPlane, [...called, ...around], ['istio-ingress', 'audit', ISTIO_NAMESPACE]);
  await Promise.all(ZONES.map((zone) => createNode(api, zone)));
  const pods: KnownPod[] = [];
  const { pair } = await issueSelfSigned({ names: ['shop.example.com'], now: new Date() });
  const traces = service(ISTIO_NAMESPACE, TRACES.name, {}, [{ name: 'grpc', port: TRACES.port }]);
  const add = async (object: Manifest) => {
    if (object.kind !== 'Pod') return kinds.create(object);
    for (const zone of ZONES) pods.push(await createPod(kinds, api, object, zone, pods.length));
  };
  for (const object of [...gateways(SECRETS, pair), traces, ...called]) await add(object);
  let objects = 0;
  for (const { file, namespace, values } of own) {
    for (const object of aroundService(namespace, values)) await add(withOtherPort(object));
    const { code, stdout, stderr } = await meshTemplate(4, ['-f', file.path, '-n', namespace]);
    if (code !== 0) throw new Error(`${file.name}: ${stderr}`);
    const made = objectsIn(stdout) as readonly Manifest[];
    objects += made.length;
    for (const object of made) await add(object);
  }
  await eventually('every pod is an endpoint', async () => {
    const { body } = await api.call('GET', '/apis/discovery.k8s.io/v1/endpointslices');
    const slices = body.items as readonly { readonly endpoints?: readonly { readonly addresses: string[] }[] | null }[];
    const known = new Set(slices.flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses)));
    return pods.every(({ ip }) => known.has(ip));
  });
  return { objects, pods, istioServices: [TRACES.name] };
}

/** The Services that the pods of a service call. */
function calledServices(own: string, { dependsOn }: EffectiveValues): readonly Manifest[] {
  return dependsOn.map((reference) => {
    const [name = '', namespace = own] = reference.split('/').reverse();
    return service(namespace, name, { app: name }, [{ name: 'http', port: 80 }]);
  });
}

function withOtherPort(object: Manifest): Manifest {
  if (object.kind !== 'Service') return object;
  const { ports } = object.spec as { readonly ports: readonly object[] };
  return { ...object, spec: { ...object.spec, ports: [...ports, { name: 'http-other', port: OTHER_PORT }] } };
}

/** The node of a zone. No kubelet tells that it is ready, so its pods put up with everything. */
async function createNode(api: ApiClient, zone: string): Promise<void> {
  const labels = { 'topology.kubernetes.io/region': REGION, 'topology.kubernetes.io/zone': zone };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: zone, labels } };
  const { status, body } = await api.call('POST', '/api/v1/nodes', node);
  if (status !== 201) throw new Error(JSON.stringify(body));
}

/** There is no kubelet either that would say where the pod is reached. */
async function createPod(
  { create }: IstioKinds,
  api: ApiClient,
  object: Manifest,
  zone: KnownPod['zone'],
  index: number,
): Promise<KnownPod> {
  const { namespace } = object.metadata;
  const name = `${object.metadata.name}-${zone}`;
  const labels = { ...(object.metadata.labels as KnownPod['labels']), 'security.istio.io/tlsMode': 'istio' };
  const spec = { ...object.spec, nodeName: zone, tolerations: [{ operator: 'Exists' }] };
  await create({ ...object, metadata: { name, namespace, labels }, spec });
  const ip = `10.90.${Math.floor(index / 200)}.${(index % 200) + 1}`;
  const running = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: 'True' }] };
  const { status, body } = await api.call('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}/status`, {
    status: running,
  });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return { name, namespace, labels, ip, zone };
}
