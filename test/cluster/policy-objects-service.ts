import { eventually } from './eventually.ts';
import { makeOwner } from './installation.ts';
import { ownKinds, POLICIES } from './own-kinds.ts';
import type { PillionProcess } from './pillion-process.ts';
import { webhookInForce } from './registered.ts';
import { REPLICA } from './replicas.ts';
import { type Service, startService } from './service.ts';
import type { TestCluster } from './test-cluster.ts';

/** Makes the kinds of our objects and what owns what is registered, and a Service for the replicas, without one behind it. */
export async function policyObjectsService({ api }: TestCluster): Promise<Service> {
  const service = await startService();
  await makeOwner(api);
  await ownKinds(api);
  return service;
}

/** Starts a replica, named as its pod, that takes its policy from the objects of the cluster. */
export const startPolicyReplica = (
  { launcher }: TestCluster,
  { port }: Service,
  pod: string,
): Promise<PillionProcess> =>
  launcher.start({ pod, register: `https://127.0.0.1:${port}`, args: [...REPLICA, '--policy-objects'] });

/** Resolves when the API server asks about the pods of the namespace and about our own objects. */
export async function policyHooksInForce({ controlPlane, api }: TestCluster, namespace: string): Promise<void> {
  await webhookInForce(controlPlane, namespace);
  // what the definitions accept and Pillion alone refuses
  const unknown = {
    ...{ apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionPolicy', metadata: { name: 'default' } },
    spec: { overrides: { allow: [{ key: 'unknown' }] } },
  };
  await eventually('the API server asks about our own objects', async () => {
    return (await api.call('POST', `${POLICIES}?dryRun=All`, unknown)).status === 403;
  });
}
