import { type RunningPod, runningPodOf } from '../../core/capacity/running-pod.ts';
import { type NodeShape, nodeShapeOf } from '../../core/capacity/scheduling/node-shape.ts';
import type { FitObject } from '../../core/compatibility/fit-object.ts';
import { fitObjectOf } from '../../core/compatibility/fit-object.ts';
import type { Namespace } from '../../core/kubernetes/namespace.ts';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import { ApiError } from '../api-error.ts';
import { listObjects } from '../list-objects.ts';
import { visitRunningPods } from '../running-pods.ts';
import type { KubeTransport } from '../transport.ts';

const FORBIDDEN = 403;

/** What of a cluster bounds sidecars, beside its workloads. */
export interface ReadCapacity {
  readonly pods: readonly RunningPod[];
  /** Undefined where they may not be read. */
  readonly nodes: readonly NodeShape[] | undefined;
  readonly quotas: readonly FitObject[];
  readonly limitRanges: readonly FitObject[];
  /** The resources that may not be read. */
  readonly hidden: readonly string[];
}

/**
 * Reads pods, nodes, quotas and limit ranges of all namespaces.
 * @throws ApiError other than a refusal, ClusterUnreachable, TimeoutError
 */
export async function readCapacity(
  transport: KubeTransport,
  policy: ActivePolicy,
  namespaceOf: (name: string) => Namespace,
): Promise<ReadCapacity> {
  const pods: RunningPod[] = [];
  await visitRunningPods(transport, {}, (pod) => {
    const running = runningPodOf(pod, namespaceOf, policy);
    if (running !== undefined) pods.push(running);
  });
  const hidden: string[] = [];
  const listed = async (kind: string, plural: string): Promise<readonly object[] | undefined> => {
    const objects: object[] = [];
    try {
      await listObjects(transport, `/api/v1/${plural}`, (object) =>
        objects.push({ apiVersion: 'v1', kind, ...object }),
      );
      return objects;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== FORBIDDEN) throw error;
      hidden.push(plural);
      return undefined;
    }
  };
  const nodes = await listed('Node', 'nodes');
  const fits = (objects: readonly object[] = []) => objects.flatMap((object) => fitObjectOf(object, '') ?? []);
  return {
    pods,
    nodes: nodes?.flatMap((node) => nodeShapeOf(node) ?? []),
    quotas: fits(await listed('ResourceQuota', 'resourcequotas')),
    limitRanges: fits(await listed('LimitRange', 'limitranges')),
    hidden,
  };
}
