import type { Progress } from '../../scripts/progress.mjs';
import type { ApiClient } from '../cluster/api-client.ts';
import type { ControlPlane } from '../controlplane/control-plane.ts';
import { startKwok } from '../controlplane/kwok.ts';
import { startScheduler } from '../controlplane/scheduler.ts';

// https://kubernetes.io/docs/setup/best-practices/cluster-large/
const PODS_PER_NODE = 110;
const RESOURCES = { cpu: '64', memory: '256Gi', pods: String(PODS_PER_NODE) };

const node = (number: number) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: `kwok-${number}`, labels: { 'kubernetes.io/hostname': `kwok-${number}` } },
  status: { allocatable: RESOURCES, capacity: RESOURCES },
});

/**
 * Has the pods of a cluster placed by a real kube-scheduler on nodes that kwok keeps, where they run at once and go when they are deleted.
 * @param pods how many at most run at a time
 * @returns what ends both
 */
export async function startKwokCluster(
  controlPlane: ControlPlane,
  api: ApiClient,
  pods: number,
  progress: Progress,
): Promise<() => Promise<void>> {
  // while a Deployment is renewed its old pods may still be going
  const nodes = Math.ceil((2 * pods) / PODS_PER_NODE);
  for (let number = 0; number < nodes; number++) {
    const { status, body } = await api.call('POST', '/api/v1/nodes', node(number));
    if (status !== 201) throw new Error(`no node could be made: ${JSON.stringify(body)}`);
  }
  const stopKwok = await startKwok(controlPlane, progress);
  const stopScheduler = await startScheduler(controlPlane);
  return async () => {
    await stopScheduler();
    await stopKwok();
  };
}
