import type { Progress } from '../../scripts/progress.mjs';
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { type Guard, openGuard } from '../processes/guard.ts';
import type { Images } from './image.ts';
import { startNode, type TestNode } from './node.ts';
import { type NodeNetwork, openNodeNetwork } from './node-network.ts';

/** A control plane and one node that runs pods. */
export interface NodeCluster {
  readonly controlPlane: ControlPlane;
  readonly node: TestNode;
  readonly network: NodeNetwork;
  readonly guard: Guard;
  stop(): Promise<void>;
}

export interface NodeClusterOptions {
  /** Lays the images out in a folder of the guard. */
  images(guard: Guard): Promise<Images>;
  /** Made before the node starts; the pods of those that are listed in `runs` run. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly runs: readonly string[] | 'all';
  /** Pods have addresses of both families. */
  readonly dualStack?: boolean;
  /** Pods can call Services by address and by name. */
  readonly services?: boolean;
  readonly progress?: Progress;
  /** Flags added to kube-apiserver’s. */
  readonly apiServerArgs?: readonly string[];
}

/** Starts both; needs root, network namespaces and bubblewrap. Nothing is left of it when the starter ends, however it does. */
export async function startNodeCluster(options: NodeClusterOptions): Promise<NodeCluster> {
  const guard = await openGuard();
  let controlPlane: ControlPlane | undefined;
  try {
    const network = await openNodeNetwork(guard, options);
    const [images, plane] = await Promise.all([
      options.images(guard),
      startControlPlane({
        apiServerArgs: [...network.apiServerArgs, ...(options.apiServerArgs ?? [])],
        ...(options.progress && { progress: options.progress }),
      }),
    ]);
    controlPlane = plane;
    for (const [name, labels] of Object.entries(options.namespaces)) await plane.createNamespace(name, { ...labels });
    const node = await startNode(plane, {
      ...{ guard, network, images, namespaces: options.runs },
      services: options.services ?? false,
    });
    return {
      controlPlane: plane,
      node,
      network,
      guard,
      async stop() {
        await node.stop();
        await Promise.all([guard.stop(), plane.stop()]);
      },
    };
  } catch (error) {
    await Promise.all([guard.stop(), controlPlane?.stop()]);
    throw error;
  }
}
