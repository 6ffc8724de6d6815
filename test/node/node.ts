import type { V1Pod } from '@kubernetes/client-node';
import { startService } from '../cluster/service.ts';
import type { ControlPlane } from '../controlplane/control-plane.ts';
import type { Guard } from '../processes/guard.ts';
import { ClusterCalls } from './cluster-calls.ts';
import type { Images } from './image.ts';
import type { NodeNetwork } from './node-network.ts';
import { registerNode } from './node-object.ts';
import { PodWorker } from './pod-worker.ts';
import { startServices } from './services/services.ts';
import { watchObjects } from './watched-objects.ts';

export interface NodeOptions {
  /** What the node runs with; the processes of its pods end with it. */
  readonly guard: Guard;
  /** The control plane must have been started with its `apiServerArgs`. */
  readonly network: NodeNetwork;
  readonly images: Images;
  /** Their pods are bound to this node, and run. Pods of other namespaces stay unbound. */
  readonly namespaces: readonly string[] | 'all';
  /** Whether Services have addresses and names that pods can call. */
  readonly services?: boolean;
  readonly name?: string;
}

/** A node of a control plane: it runs the pods of some namespaces as processes, each pod with its own address. */
export interface TestNode {
  readonly name: string;
  /** The pods that it runs in a namespace, or in all, in the order of their arrival. */
  pods(namespace?: string): readonly PodWorker[];
  stop(): Promise<void>;
}

/** Starts a node; resolves when it is registered. It ends with `stop()`, and its processes at the latest with the guard. */
export async function startNode(controlPlane: ControlPlane, options: NodeOptions): Promise<TestNode> {
  const { guard, network, images, namespaces, services = false, name = 'node-1' } = options;
  const ending = new AbortController();
  const calls = new ClusterCalls(controlPlane, ending.signal);
  const apiServer = await startService({ host: network.kubernetes, port: 443 });
  apiServer.route(Number(new URL(controlPlane.url).port));
  const endHeartbeat = await registerNode(calls, name, network.machine);
  const workers = new Map<string, PodWorker>();
  const bound = new Set<string>();
  const toServices = services
    ? await startServices({ controlPlane, calls, network, signal: ending.signal })
    : undefined;
  const host = { guard, calls, network, images, node: name, nameServer: toServices?.nameServer };

  const seen = (pod: V1Pod) => {
    const uid = pod.metadata?.uid ?? '';
    const worker = workers.get(uid);
    if (worker) worker.update(pod);
    else if (pod.spec?.nodeName === name && !isOver(pod)) workers.set(uid, new PodWorker(pod, host));
    else if (pod.spec?.nodeName === undefined && !bound.has(uid)) {
      bound.add(uid);
      bind(calls, pod, name).catch(() => bound.delete(uid));
    }
  };
  const gone = (uid: string) => {
    void workers.get(uid)?.abandon();
    workers.delete(uid);
  };
  const paths =
    namespaces === 'all' ? ['/api/v1/pods'] : namespaces.map((namespace) => `/api/v1/namespaces/${namespace}/pods`);
  const watches = paths.map((path) => watchObjects<V1Pod>(controlPlane, calls, path, { seen, gone }, ending.signal));
  return {
    name,
    pods: (namespace) =>
      [...workers.values()].filter(({ pod }) => namespace === undefined || pod.metadata?.namespace === namespace),
    async stop() {
      ending.abort();
      endHeartbeat();
      await Promise.all([...watches, toServices?.stop()]);
      await Promise.all([...workers.values()].map((worker) => worker.abandon()));
      calls.close();
      await apiServer.stop();
    },
  };
}

const isOver = ({ status }: V1Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

function bind(calls: ClusterCalls, pod: V1Pod, node: string): Promise<unknown> {
  const { name, namespace } = pod.metadata ?? {};
  return calls.call('POST', `/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  });
}
