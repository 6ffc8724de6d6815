import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';
import { OWN_NAMESPACE } from './installation.ts';
import { POLICIES, PROFILES } from './own-kinds.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { policyHooksInForce, policyObjectsService, startPolicyReplica } from './policy-objects-service.ts';
import type { Service } from './service.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

// Whoever changes the policy hears what that would change for what runs.

const cluster = testCluster({
  shop: ENABLED,
  billing: { ...ENABLED, env: 'prod' },
  other: {},
  [OWN_NAMESPACE]: {},
});
let service: Service;
let pillion: PillionProcess;

const pod = (namespace: string, name: string, more: Parameters<typeof simplePod>[1] = {}) =>
  cluster.api.call('POST', `/api/v1/namespaces/${namespace}/pods`, simplePod(name, more));

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' }, annotations: ASKS },
      spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] },
    },
  },
};

beforeAll(async () => {
  service = await policyObjectsService(cluster);
  pillion = await startPolicyReplica(cluster, service, 'pillion-a');
  service.route(pillion.port);
  await policyHooksInForce(cluster, 'shop');
  await cluster.controlPlane.waitForServiceAccount('shop');
  expect((await cluster.api.call('POST', '/apis/apps/v1/namespaces/shop/deployments', deployment)).status).toBe(201);
  await eventually('its pods are made', async () => {
    const { body } = await cluster.api.call('GET', '/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb');
    return (body.items as readonly unknown[]).length === 3;
  });
  expect((await pod('shop', 'single', { annotations: ASKS })).status).toBe(201);
  expect((await pod('billing', 'ledger', { annotations: ASKS })).status).toBe(201);
  expect((await pod('billing', 'silent')).status).toBe(201);
  expect((await pod('other', 'elsewhere', { annotations: ASKS })).status).toBe(201);
});

afterAll(async () => service?.stop());

const policy = (spec: object, name = 'default') => ({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'InjectionPolicy',
  metadata: { name },
  spec,
});

const tried = async (object: object) => {
  const { status, body, warnings } = await cluster.api.call('POST', `${POLICIES}?dryRun=All`, object);
  return { status, said: [String(body.message ?? ''), ...warnings].join('\n') };
};

const EXCLUDED = { reason: 'it is only tried here', expires: '2099-12-31' };

test.each<[string, object, RegExp]>([
  [
    'loses sidecars, told by workload',
    { exclusions: [{ namespaceSelector: { matchLabels: { 'istio-injection': 'enabled' } }, ...EXCLUDED }] },
    /3 workloads in 2 namespaces would lose their sidecar at the next restart: billing Pod\/ledger, shop Deployment\/web, shop Pod\/single/,
  ],
  [
    'reads a label of namespaces that nobody kept',
    { exclusions: [{ namespaceSelector: { matchLabels: { env: 'prod' } }, ...EXCLUDED }] },
    /1 workload in 1 namespace would lose their sidecar at the next restart: billing Pod\/ledger/,
  ],
  [
    'gives others one',
    { optIn: { autoInject: 'enabled' } },
    /1 workload in 1 namespace would gain a sidecar at the next restart: billing Pod\/silent/,
  ],
  [
    'changes nothing that runs',
    { neverInject: [{ matchLabels: { app: 'nobody' } }] },
    /nothing changes for any of 5 running workloads/,
  ],
])('a policy that %s', async (_, spec, said) => {
  const answer = await tried(policy(spec));
  expect(answer).toEqual({ status: 201, said: expect.stringMatching(said) });
});

test('a shadow and what is refused are not compared', async () => {
  expect((await tried(policy({ mode: 'Shadow', optIn: { autoInject: 'enabled' } }, 'other'))).said).not.toContain(
    'workload',
  );
  const refused = await tried(policy({ profiles: [{ name: 'absent' }] }));
  expect(refused.status).not.toBe(201);
  expect(refused.said).not.toContain('workload');
});

test('what is good by itself and not with the others is refused, and what was mended a moment ago is good', async () => {
  const digest = `@sha256:${'a'.repeat(64)}`;
  const profile = (tag: string) => ({
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'SidecarProfile',
    metadata: { name: 'pinned' },
    spec: {
      kind: 'Envoy',
      sidecar: { image: `registry.example/envoy${tag}` },
      redirect: { image: `registry.example/redirect${digest}` },
    },
  });
  const byDigest = policy({ profiles: [{ name: 'pinned' }], overrides: { imagesByDigest: true } });
  expect((await cluster.api.call('POST', PROFILES, profile(':2'))).status).toBe(201);
  const refused = await tried(byDigest);
  expect(refused).toEqual({ status: 403, said: expect.stringContaining('is true, and the profile pinned names') });
  // right behind each other: a watch has not told of the first when the second is judged
  const mended = await cluster.api.call('PATCH', `${PROFILES}/pinned`, { spec: profile(digest).spec });
  expect({ mended: mended.status, ...(await tried(byDigest)) }).toMatchObject({ mended: 200, status: 201 });
  expect((await cluster.api.call('DELETE', `${PROFILES}/pinned`)).status).toBe(200);
});

test('the policy that decides is kept when all policies are deleted at once', async () => {
  expect((await cluster.api.call('POST', POLICIES, policy({}))).status).toBe(201);
  const { status, body } = await cluster.api.call('DELETE', POLICIES);
  expect({ status, said: body.message }).toEqual({
    status: 403,
    said: expect.stringContaining('kubectl annotate injectionpolicy default pillion.io/allow-deletion=true'),
  });
  expect((await cluster.api.call('GET', `${POLICIES}/default`)).status).toBe(200);
  const allowed = { metadata: { annotations: { 'pillion.io/allow-deletion': 'true' } } };
  expect((await cluster.api.call('PATCH', `${POLICIES}/default`, allowed)).status).toBe(200);
  expect((await cluster.api.call('DELETE', POLICIES)).status).toBe(200);
});

test('to delete the policy says the same', async () => {
  const created = await cluster.api.call('POST', POLICIES, {
    ...policy({ optIn: { autoInject: 'enabled' } }),
    metadata: { name: 'default', annotations: { 'pillion.io/allow-deletion': 'true' } },
  });
  expect(created.status).toBe(201);
  await eventually('its end would take a sidecar away', async () => {
    const { warnings } = await cluster.api.call('DELETE', `${POLICIES}/default?dryRun=All`);
    return warnings
      .join('\n')
      .includes('1 workload in 1 namespace would lose their sidecar at the next restart: billing Pod/silent');
  });
});
