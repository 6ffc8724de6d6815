import { beforeAll, expect, test } from '@jest/globals';
import { type CorpusFile, corpusFiles, effectiveOf, namespaceOf } from '../../chart/mesh-standard/corpus.ts';
import { eventually } from '../../cluster/eventually.ts';
import { testCluster } from '../../cluster/test-cluster.ts';
import { byNames, comparedCaller, type Named } from './caller.ts';
import { type Compared, isEqual } from './comparison.ts';
import { type CorpusInMesh, corpusInMesh, type KnownPod } from './corpus-in-mesh.ts';
import { discover, type ProxyNode, type Sent } from './discovery.ts';
import { comparedEgress } from './egress.ts';
import { comparedGateways, type Gateways } from './gateways.ts';
import { comparedInbound } from './inbound.ts';
import { startIstiod } from './istiod-process.ts';
import { MESH_CONFIG } from './mesh-config.ts';
import { NOT_CARRIED } from './not-carried.ts';
import { hostOf } from './wanted/routes.ts';

const files = corpusFiles();
const cluster = testCluster();
const CALLER: ProxyNode = {
  ...{ kind: 'sidecar', name: 'caller', namespace: 'caller', labels: { app: 'caller' } },
  ...{ ip: '10.99.0.1', zone: 'near' },
};

let address: string;
let mesh: CorpusInMesh;
let caller: Named;
let gateways: Gateways;
const pods = new Map<string, Sent>();

const isOfService = ({ name }: KnownPod): boolean => name === 'pod-0-near';
const gatewayPod = (name: string): ProxyNode => {
  const pod = mesh.pods.find((each) => each.name === `${name}-near`);
  if (pod === undefined) throw new Error(`no pod of the gateway ${name}`);
  return { ...pod, kind: 'router' };
};

beforeAll(async () => {
  mesh = await corpusInMesh(files, cluster.api, cluster.controlPlane);
  address = await startIstiod(cluster.launcher.guard, cluster.controlPlane.kubeconfig, MESH_CONFIG);
  const serving = mesh.pods.filter(isOfService);
  const calls = new Set(files.filter((file) => effectiveOf(file).dependsOn.length > 0).map(namespaceOf));
  const [toCaller, own, shared, ...others] = await discover(address, [
    CALLER,
    gatewayPod('ingressgateway'),
    gatewayPod('shared-gateway'),
    ...serving.map(
      (pod): ProxyNode => ({
        ...pod,
        kind: 'sidecar',
        only: calls.has(pod.namespace) ? ['clusters', 'listeners'] : ['listeners'],
      }),
    ),
  ]);
  if (toCaller === undefined || own === undefined || shared === undefined) throw new Error('istiod sent nothing');
  caller = byNames(toCaller);
  gateways = { own: byNames(own), shared: byNames(shared) };
  for (const [index, { namespace }] of serving.entries()) pods.set(namespace, others[index] as Sent);
});

/** Every field of the values of a file, and what istiod made of it. */
function comparedFile(file: CorpusFile): readonly Compared[] {
  const [namespace, values] = [namespaceOf(file), effectiveOf(file)];
  const place = { namespace, values };
  const own = mesh.pods.filter((pod) => pod.namespace === namespace);
  const sent = pods.get(namespace);
  if (sent === undefined) throw new Error(`no pod of ${file.name} was sent anything`);
  const always = mesh.istioServices.map((name) => hostOf(name, 'istio-system'));
  return [
    ...comparedCaller(place, own, caller),
    ...comparedInbound(values, sent),
    ...comparedGateways(place, gateways),
    ...(values.dependsOn.length === 0 ? [] : comparedEgress(namespace, values, always, sent)),
  ];
}

test.each(files)('$name: proxies are sent what the values say', (file) => {
  const fields = comparedFile(file);
  expect(fields.length).toBeGreaterThan(30);
  expect(fields.filter((field) => !isEqual(field))).toEqual([]);
});

test('the comparison tells an object that was changed by hand', async () => {
  const file = files.find(({ name }) => name === 'smallest');
  if (file === undefined) throw new Error('the corpus has no file smallest');
  const namespace = namespaceOf(file);
  const path = `/apis/networking.istio.io/v1/namespaces/${namespace}/destinationrules/smallest`;
  const changed = { spec: { trafficPolicy: { outlierDetection: { maxEjectionPercent: 51 } } } };
  const { status } = await cluster.api.call('PATCH', path, changed);
  expect(status).toBe(200);
  const own = mesh.pods.filter((pod) => pod.namespace === namespace);
  await eventually('istiod has sent it on', async () => {
    const [sent] = await discover(address, [CALLER]);
    if (sent === undefined) return false;
    const fields = comparedCaller({ namespace, values: effectiveOf(file) }, own, byNames(sent));
    const at = 'clusters..ejection.maxEjectionPercent';
    const [first, ...others] = fields.filter((field) => !isEqual(field));
    if (first === undefined) return false;
    expect([first, others]).toEqual([{ at, wanted: 50, carried: 51 }, []]);
    return true;
  });
});

test('the figures', () => {
  const fields = files.flatMap(comparedFile);
  const left = NOT_CARRIED.map(({ path, applies, because }) => {
    const count = files.filter((file) => applies(effectiveOf(file))).length;
    // what no file says is not known to be left out
    expect({ path, count }).not.toEqual({ path, count: 0 });
    return `  ${path} (${count} files): ${because}\n`;
  });
  const equal = fields.filter(isEqual).length;
  process.stderr.write(
    `istiod and charts/mesh-standard: ${files.length} files, ${mesh.objects} objects, ${fields.length} fields compared, ${equal} equal\nnot carried:\n${left.join('')}`,
  );
  expect(equal).toBe(fields.length);
});
