import type { ClusterCalls } from './cluster-calls.ts';
import { Refused } from './cluster-calls.ts';

const HEARTBEAT_MS = 10_000;
const ALREADY_THERE = 409;

const CONDITIONS = [
  ['Ready', 'True', 'KubeletReady'],
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID'],
] as const;

/** Registers the node and keeps telling that it lives, without which its pods would be evicted. Resolves with what ends that. */
export async function registerNode(calls: ClusterCalls, name: string, machine: string): Promise<() => void> {
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' };
  await make(calls, '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
  const now = new Date().toISOString();
  const resources = { cpu: '8', memory: '16Gi', pods: '250' };
  await calls.call('PATCH', `/api/v1/nodes/${name}/status`, {
    status: {
      conditions: CONDITIONS.map(([type, status, reason]) => ({
        ...{ type, status, reason, message: 'a node of the tests' },
        ...{ lastHeartbeatTime: now, lastTransitionTime: now },
      })),
      addresses: [
        { type: 'InternalIP', address: machine },
        { type: 'Hostname', address: name },
      ],
      capacity: resources,
      allocatable: resources,
    },
  });
  const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
  const spec = () => ({
    holderIdentity: name,
    leaseDurationSeconds: 40,
    renewTime: new Date().toISOString().replace('Z', '000Z'),
  });
  await make(calls, leases, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: spec(),
  });
  const beat = setInterval(() => {
    calls.call('PATCH', `${leases}/${name}`, { spec: spec() }).catch(() => {});
  }, HEARTBEAT_MS).unref();
  return () => clearInterval(beat);
}

async function make(calls: ClusterCalls, path: string, object: object): Promise<void> {
  await calls.call('POST', path, object).catch((error: unknown) => {
    if (!(error instanceof Refused) || error.status !== ALREADY_THERE) throw error;
  });
}
