import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';
import { OWN_NAMESPACE } from './installation.ts';
import { POLICIES } from './own-kinds.ts';
import { ASKS, simplePod } from './pods.ts';
import { policyHooksInForce, policyObjectsService, startPolicyReplica } from './policy-objects-service.ts';
import type { Service } from './service.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const cluster = testCluster({ shop: ENABLED, [OWN_NAMESPACE]: {} });
let service: Service;

const shadow = (name: string, spec: object) => ({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'InjectionPolicy',
  metadata: { name },
  spec: { mode: 'Shadow', ...spec },
});
const apply = async (object: object) => expect((await cluster.api.call('POST', POLICIES, object)).status).toBe(201);

/** What the replica says of a policy in mode Shadow. */
async function replicaOf(name: string): Promise<unknown> {
  const { body } = await cluster.api.call('GET', `${POLICIES}/${name}`);
  const { replicas = [] } = (body.status ?? {}) as { readonly replicas?: readonly unknown[] };
  return replicas[0];
}

beforeAll(async () => {
  service = await policyObjectsService(cluster);
  const { port } = await startPolicyReplica(cluster, service, 'pillion-a');
  service.route(port);
  await policyHooksInForce(cluster, 'shop');
});

afterAll(async () => service?.stop());

test('the status of the policy in force says how many pods were decided by it, that of a policy in mode Shadow how often it was asked, how often it said otherwise, and about whose pods', async () => {
  await apply({ ...shadow('default', {}), spec: { overrides: { others: 'Warn' } } });
  await eventually('the policy is in force', async () => (await replicaOf('default')) !== undefined);
  await apply(shadow('no-levels', { overrides: { allow: [], others: 'Deny' } }));
  await eventually('it is asked', async () => (await replicaOf('no-levels')) !== undefined);
  const annotations = { ...ASKS, 'sidecar.istio.io/logLevel': 'debug' };
  for (const [name, more] of Object.entries({ plain: { annotations: ASKS }, told: { annotations } }))
    expect((await cluster.api.call('POST', '/api/v1/namespaces/shop/pods', simplePod(name, more))).status).toBe(201);
  // a status is written when something else of the policy changes, and each minute
  await apply(shadow('another', {}));
  await eventually('it is written', async () => {
    const { differing } = ((await replicaOf('no-levels')) ?? {}) as { readonly differing?: number };
    return differing !== undefined && differing > 0;
  });
  expect(await replicaOf('no-levels')).toMatchObject({
    name: 'pillion-a',
    failed: 0,
    recent: [{ namespace: 'shop', owner: 'Pod/told', before: 'inject opted-in', after: 'deny override-forbidden' }],
  });
  expect(await replicaOf('default')).toMatchObject({ name: 'pillion-a', injected: 2, refused: 0 });
  expect(await replicaOf('another')).toMatchObject({ name: 'pillion-a', differing: 0, recent: [] });
});
