import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments, stringify } from 'yaml';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { deploymentText } from './deployment-text.ts';
import { eventually } from './eventually.ts';
import { keepAlive } from './living-nodes.ts';
import { ASKS } from './pods.ts';
import { servedMetrics } from './served-metrics.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

let stopNodes = async () => {};
// before that of the cluster, without which nodes have nobody to tell that they live
afterAll(() => stopNodes());

const cluster = testCluster({ shop: ENABLED, street: {} });

const MEBIBYTE = 2 ** 20;
const PLAN = stringify({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'RolloutPlan',
  metadata: { name: 'default' },
  spec: { stages: [{ name: 'streets', namespaces: ['street'] }] },
});

const quota = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'pods', namespace: 'street' },
  spec: { hard: { 'requests.memory': '700Mi', 'requests.cpu': '2' } },
};
// what containers leave out is filled in, as the quota wants it
const limits = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'pods', namespace: 'street' },
  spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '50m', memory: '64Mi' } }] },
};

const apply = async (...manifests: readonly (object | string)[]) => {
  for (const manifest of manifests) {
    const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
    expect(await cluster.controlPlane.kubectl(['apply', '-f', '-'], text)).toMatchObject({ code: 0 });
  }
};

const STALL = deploymentText('street', 'stall', ASKS, 4);

/** As the webhook would have it, without its being there. */
async function injected(manifest: string): Promise<string> {
  const enabled = ['--namespace-label', 'istio-injection=enabled'];
  const { exit, stdout, stderr } = await commandLine(['inject', '-f', 'manifest', ...enabled], { files: { manifest } });
  if (exit !== 0) throw new Error(stderr);
  return stdout;
}

const podsIn = async (namespace: string) => {
  const { body } = await cluster.api.call('GET', `/api/v1/namespaces/${namespace}/pods`);
  return body.items as { metadata: { name: string } }[];
};

beforeAll(async () => {
  const node = (name: string) => ({
    ...{ apiVersion: 'v1', kind: 'Node', metadata: { name } },
    status: { allocatable: { cpu: '2', memory: '4Gi', pods: '20' } },
  });
  stopNodes = await keepAlive(cluster.api, [node('one'), node('two')]);
  const large = { ...ASKS, 'sidecar.istio.io/proxyMemory': '256Mi' };
  const web = await injected(deploymentText('shop', 'web', large, 2));
  await apply(limits, quota, web, STALL);
  await eventually(
    'all pods are there',
    async () => (await podsIn('shop')).length + (await podsIn('street')).length === 6,
  );
});

interface Told {
  readonly lines: readonly { readonly what: string; readonly now: number; readonly afterStage: number }[];
  readonly quotas: readonly {
    readonly resource: string;
    readonly needed: object;
    readonly lacking: object;
    readonly used: string;
  }[];
  readonly use: { readonly top: readonly object[] } | null;
  readonly recommended: { readonly workloads: readonly object[] };
}

const capacity = (args: readonly string[], kubeconfig = cluster.controlPlane.kubeconfig) =>
  commandLine(['capacity', '--kubeconfig', kubeconfig, '--plan', 'plan', ...args], { files: { plan: PLAN } });

async function told(args: readonly string[] = []): Promise<Told & { readonly exit: number }> {
  const { exit, stdout, stderr } = await capacity(['-o', 'json', ...args]);
  if (exit > 1) throw new Error(stderr);
  return { ...(JSON.parse(stdout) as Told), exit };
}

const lineOf = ({ lines }: Told, what: string) => lines.find((one) => one.what === what);

test('sidecars are counted that run, and added that the stage brings; a quota is compared with what it says is in use', async () => {
  const found = await told();
  expect(lineOf(found, 'sidecars')).toMatchObject({ now: 2, afterStage: 6 });
  expect(lineOf(found, 'memory that sidecars request')).toMatchObject({
    now: 2 * 256 * MEBIBYTE,
    afterStage: (2 * 256 + 4 * 128) * MEBIBYTE,
  });
  const memory = found.quotas.find(({ resource }) => resource === 'requests.memory');
  // four pods with the 64Mi of the LimitRange, and then 128Mi more each
  expect(memory).toMatchObject({
    used: 'status of the quota',
    needed: { now: 256 * MEBIBYTE, afterStage: 768 * MEBIBYTE },
    lacking: { now: 0, afterStage: 68 * MEBIBYTE },
  });
  expect(found.exit).toBe(1);
  expect(found.use).toBeNull();
});

test('what was predicted of the quota is what the API server does: so many pods of the stage find no room', async () => {
  await cluster.controlPlane.kubectl(['delete', 'deployment', 'stall', '-n', 'street', '--cascade=foreground']);
  await eventually('the pods are gone', async () => (await podsIn('street')).length === 0);
  await apply(await injected(STALL));
  // 700Mi have room for three pods of 192Mi
  await eventually('the controller has made those that have room', async () => (await podsIn('street')).length === 3);
});

test('what sidecars use is read from the metrics API, and what is recommended can be simulated', async () => {
  const [first, second] = await podsIn('shop');
  await servedMetrics(cluster, [
    { namespace: 'shop', pod: first?.metadata.name ?? '', cpu: '12345678n', memory: '51200Ki' },
    { namespace: 'shop', pod: second?.metadata.name ?? '', cpu: '3m', memory: '40960Ki' },
  ]);
  const found = await told(['--top', '1']);
  expect(found.use).toMatchObject({ top: [{ namespace: 'shop', pod: first?.metadata.name, memory: 50 * MEBIBYTE }] });
  // 50Mi and a quarter more, to the next 16Mi; 12.3m and a quarter more, to the next 10m
  expect(found.recommended.workloads).toMatchObject([
    { name: 'web', proxies: 2, requests: { memory: 64 * MEBIBYTE, cpu: 0.02 } },
  ]);
  const { stdout: patch } = await capacity(['-o', 'patch']);
  expect(parseAllDocuments(patch).map((document) => document.toJS().metadata.name)).toEqual([
    'envoy-20m-64mi',
    'default',
  ]);
  const simulated = await commandLine(
    ['simulate', '--policy', 'patch', '--kubeconfig', cluster.controlPlane.kubeconfig, '-o', 'json'],
    { files: { patch } },
  );
  const { changes } = JSON.parse(simulated.stdout);
  // the annotation of the pod beats the profile, so that only its CPU changes
  expect(changes.find(({ name }: { name: string }) => name === 'web').differences).toContainEqual({
    ...{ at: 'initContainers/istio-proxy/resources/requests/cpu', before: '100m', after: '20m' },
  });
});

test('who may not look at nodes is told so, and the rest is counted', async () => {
  const { kubectl, kubeconfig } = cluster.controlPlane;
  const seen = ['namespaces', 'services', 'pods', 'replicationcontrollers', 'resourcequotas', 'limitranges'];
  await apply({
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' } },
    rules: [
      { apiGroups: [''], resources: seen, verbs: ['get', 'list'] },
      { apiGroups: ['apps', 'batch'], resources: ['*'], verbs: ['get', 'list'] },
    ],
  });
  await kubectl(['create', 'serviceaccount', 'reader', '-n', 'shop']);
  await kubectl(['create', 'clusterrolebinding', 'reader', '--clusterrole=reader', '--serviceaccount=shop:reader']);
  const { stdout: token } = await kubectl(['create', 'token', 'reader', '-n', 'shop']);
  const { stdout: config } = await kubectl([
    'config',
    'view',
    '--raw',
    '--minify',
    '-o',
    'json',
    `--kubeconfig=${kubeconfig}`,
  ]);
  const readers = JSON.parse(config);
  readers.users = [{ name: readers.contexts[0].context.user, user: { token: token.trim() } }];
  const file = `${cluster.controlPlane.folder}/reader.json`;
  await writeFile(file, JSON.stringify(readers), { mode: 0o600 });
  const { stdout, stderr } = await capacity([], file);
  expect(stderr).toContain('not looked at, since they may not be read: nodes');
  expect(stdout).toMatch(/^nodes +unknown/m);
  expect(stdout).toMatch(/^sidecars +\d/m);
});
