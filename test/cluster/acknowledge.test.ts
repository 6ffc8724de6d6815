import { beforeAll, expect, test } from '@jest/globals';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { ownKinds, PLANS } from './own-kinds.ts';
import { testCluster } from './test-cluster.ts';

// Squads of a stage read their briefing and say so; the record is a ConfigMap in Pillion’s namespace.

const cluster = testCluster({ shop: {}, 'pillion-system': {} });

const deployment = (name: string, squad: string | undefined, port = 8080) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name, ...(squad !== undefined && { 'pillion.io/squad': squad }) } },
      spec: { containers: [{ name: 'app', image: 'registry.example/app:1', ports: [{ containerPort: port }] }] },
    },
  },
});

const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';
const NOW = new Date('2026-12-01T09:00:00Z');

const run = (...args: readonly string[]) =>
  commandLine(['rollout', ...args, '--kubeconfig', cluster.controlPlane.kubeconfig], { now: NOW });

interface Listed {
  readonly squads: readonly {
    readonly squad: string;
    readonly state: string;
    readonly name?: string;
    readonly digest: string;
  }[];
}

async function standing(): Promise<readonly (readonly [string, string, string?])[]> {
  const { stdout, stderr } = await run('brief', 'first', '--acknowledged', '-o', 'json');
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as Listed).squads.map(({ squad, state, name }) =>
    name === undefined ? [squad, state] : [squad, state, name],
  );
}

beforeAll(async () => {
  const { api } = cluster;
  await ownKinds(api);
  const plan = {
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'RolloutPlan',
    metadata: { name: 'default' },
    spec: { stages: [{ name: 'first', namespaces: ['shop'] }] },
  };
  expect((await api.call('POST', PLANS, plan)).status).toBe(201);
  for (const [name, squad] of [
    ['web', 'storefront'],
    ['cart', 'checkout'],
    ['old', undefined],
  ] as const)
    expect((await api.call('POST', DEPLOYMENTS, deployment(name, squad))).status).toBe(201);
});

test('nobody has read it at first, and those without a squad stand first', async () => {
  expect(await standing()).toEqual([
    ['unowned', 'lacking'],
    ['checkout', 'lacking'],
    ['storefront', 'lacking'],
  ]);
});

test('who reads it is recorded with name, time and version, whoever tells it', async () => {
  const own = await run('acknowledge', 'first', '--squad', 'storefront');
  expect(own).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(/^recorded: \S+ has read version [0-9a-f]{16} /),
  });
  expect(await run('acknowledge', 'first', '--squad', 'checkout', '--as', 'Jo')).toMatchObject({ exit: 0 });
  const listed = await standing();
  expect(listed).toMatchObject([
    ['unowned', 'lacking'],
    ['checkout', 'acknowledged', expect.stringMatching(/^Jo \(told by \S+\)$/)],
    ['storefront', 'acknowledged', expect.any(String)],
  ]);
  const { body } = await cluster.api.call('GET', '/api/v1/namespaces/pillion-system/configmaps/pillion-rollout');
  const { acknowledgements } = (body as unknown as { readonly data: Readonly<Record<string, string>> }).data;
  const lines = (acknowledgements ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines).toMatchObject([
    { stage: 'first', squad: 'storefront', time: NOW.toISOString() },
    { stage: 'first', squad: 'checkout', time: NOW.toISOString() },
  ]);
});

test('a briefing that says something else later is outdated; more pods and opting in say nothing else', async () => {
  const scaled = { spec: { replicas: 2 } };
  expect((await cluster.api.call('PATCH', `${DEPLOYMENTS}/web`, scaled)).status).toBe(200);
  const asks = { spec: { template: { metadata: { annotations: { 'sidecar.istio.io/inject': 'true' } } } } };
  expect((await cluster.api.call('PATCH', `${DEPLOYMENTS}/web`, asks)).status).toBe(200);
  expect(await standing()).toContainEqual(['storefront', 'acknowledged', expect.any(String)]);
  expect((await cluster.api.call('PUT', `${DEPLOYMENTS}/cart`, deployment('cart', 'checkout', 5432))).status).toBe(200);
  expect(await standing()).toMatchObject([
    ['unowned', 'lacking'],
    ['checkout', 'outdated', expect.any(String)],
    ['storefront', 'acknowledged', expect.any(String)],
  ]);
  const { stdout } = await run('brief', 'first', '--acknowledged');
  expect(stdout).toContain('1 of 3 squads of stage first have acknowledged what will change for them');
});

test.each([
  [['acknowledge', 'second', '--squad', 'storefront'], 'there is no workload in namespace second'],
  [['acknowledge', 'shop', '--squad', 'storefront'], '"shop" is no stage of the plan'],
  [['acknowledge', 'first', '--squad', 'nobody'], 'there are: unowned, checkout, storefront'],
  [['brief', 'none', '-o', 'json'], 'there is no workload in namespace none'],
])('%j is refused', async (args, says) => {
  const { exit, stdout, stderr } = await run(...args);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  expect(stderr).toContain(says);
});
