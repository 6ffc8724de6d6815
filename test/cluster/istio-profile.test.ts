import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { parsedJson } from '../../src/core/json/parsed.ts';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import { untilInForce } from './agreement/in-force.ts';
import { eventually } from './eventually.ts';
import { callsOf } from './metrics.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { policyFile } from './policy-file.ts';
import { testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const ISTIO_STATUS = 'sidecar.istio.io/status';

const cluster = testCluster({ misspelt: { 'istio-injection': 'enalbed' } });
let pillion: PillionProcess;

beforeAll(async () => {
  for (const name of [NAMESPACE, 'enabled'])
    await cluster.controlPlane.createNamespace(name, { 'istio-injection': 'enabled' });
  const file = join(cluster.launcher.guard.folder, 'policy.yaml');
  await writeFile(file, policyFile({ istio: {}, spec: { profiles: [{ name: 'istio' }] } }));
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args: ['--policy', file] });
  await untilInForce(cluster.api, pillion);
});

const APPLICATION = {
  name: 'app',
  image: 'registry.example/app:1',
  ports: [{ name: 'http', containerPort: 8080 }],
  readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
  livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 5 },
  lifecycle: { preStop: { httpGet: { path: '/stop', port: 8080 } } },
  resources: { requests: { cpu: '0.5', memory: '1024Mi' }, limits: { cpu: '1500m' } },
};
const volume = { name: 'data', emptyDir: {} };

/** What people create every day; the API server completes each before the hook sees it, and again behind it. */
const ORDINARY: readonly (readonly [string, object, object?])[] = [
  ['bare', {}],
  ['with-probes', { containers: [APPLICATION] }],
  ['with-metrics', {}, { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' }],
  ['with-settings', {}, { 'sidecar.istio.io/proxyCPU': '0.250', 'sidecar.istio.io/proxyMemoryLimit': '2048Mi' }],
  [
    'with-init-containers',
    {
      initContainers: [{ name: 'prepare', image: 'registry.example/app:1' }],
      containers: [{ ...APPLICATION, volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      volumes: [volume],
    },
  ],
  [
    'with-override',
    { containers: [APPLICATION, { name: 'istio-proxy', image: 'auto', resources: { requests: { cpu: '0.2' } } }] },
  ],
  ['without-token', { automountServiceAccountToken: false }],
  ['as-a-user', { securityContext: { runAsUser: 1000, runAsNonRoot: true, fsGroup: 1000 } }],
];

test.each(ORDINARY.map(([name, spec, annotations = {}]) => ({ name, spec, annotations })))(
  'an ordinary pod, $name, takes one call and is stored with the sidecar',
  async ({ name, spec, annotations }) => {
    const before = await callsOf(pillion.opsPort, 'inject');
    const pod = simplePod(name, { annotations: { ...ASKS, ...annotations }, spec });
    const { status, body } = await cluster.api.call('POST', `/api/v1/namespaces/${NAMESPACE}/pods`, pod);
    expect([status, body.message]).toEqual([201, undefined]);
    expect((await callsOf(pillion.opsPort, 'inject')) - before).toBe(1);
    const stored = await cluster.api.call('GET', `/api/v1/namespaces/${NAMESPACE}/pods/${name}`);
    const { spec: kept } = stored.body as unknown as Pod;
    expect((kept.initContainers ?? []).slice(0, 2).map((container) => container.name)).toEqual([
      'istio-init',
      'istio-proxy',
    ]);
  },
);

const labels = { app: 'web' };
const deployment = (name: string, annotations: object): string => {
  const { spec } = simplePod(name, { spec: { containers: [APPLICATION] } });
  return stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations: { ...ASKS, ...annotations } }, spec },
    },
  });
};
const apply = (manifest: string) => cluster.controlPlane.kubectl(['apply', '-f', '-'], manifest);

async function podsOf(workload: string): Promise<readonly Pod[]> {
  const { body } = await cluster.api.call('GET', `/api/v1/namespaces/${NAMESPACE}/pods`);
  const all = (body as unknown as { items: Pod[] }).items;
  return all.filter(({ metadata }) => metadata.generateName?.startsWith(`${workload}-`));
}

test('the pod of a Deployment is stored with what istiod has to know about it', async () => {
  const { code, stderr } = await apply(deployment('web', {}));
  expect(code).toBe(0);
  expect(stderr).toContain('pillion: deployment/web will get a sidecar');
  await eventually('the Deployment has a pod', async () => (await podsOf('web')).length > 0);
  const [pod] = await podsOf('web');
  const annotations = annotationsOf(pod as Pod);
  expect(annotations[ANNOTATIONS.status]).toContain('"recordId"');
  expect(parsedJson(annotations[ISTIO_STATUS] ?? '')).toMatchObject({
    initContainers: ['istio-init', 'istio-proxy'],
    revision: 'default',
  });
  expect(pod?.metadata.labels).toMatchObject({
    'security.istio.io/tlsMode': 'istio',
    'service.istio.io/canonical-name': 'web',
    'service.istio.io/canonical-revision': 'latest',
  });
  const proxy = pod?.spec.initContainers?.find(({ name }) => name === 'istio-proxy') as { env: object[] } | undefined;
  expect(proxy?.env).toContainEqual({ name: 'ISTIO_META_WORKLOAD_NAME', value: 'web' });
  expect(pod?.spec.containers[0]?.readinessProbe?.httpGet).toMatchObject({
    path: '/app-health/app/readyz',
    port: 15020,
  });
});

test('whoever applies a Deployment with a bad annotation hears so at once, and its pods say why there are none', async () => {
  const { code, stderr } = await apply(deployment('bad', { 'sidecar.istio.io/proxyCPU': 'much' }));
  expect(code).toBe(0);
  expect(stderr).toMatch(/Warning: pillion: .*sidecar\.istio\.io\/proxyCPU is \\?"much/);
  const events = async () => {
    const { stdout } = await cluster.controlPlane.kubectl(['get', 'events', '-n', NAMESPACE, '-o', 'json']);
    return (JSON.parse(stdout) as { items: { message: string }[] }).items.map(({ message }) => message).join('\n');
  };
  await eventually('the ReplicaSet has told why', async () => (await events()).includes('invalid-annotation'));
  expect(await podsOf('bad')).toEqual([]);
});
