import type { CapacityInput } from '../../core/capacity/capacity-input.ts';
import type { SizingContext } from '../../core/capacity/rendered-sidecar.ts';
import { type NextStage, type SizedWorkload, sizedWorkload } from '../../core/capacity/sized-workload.ts';
import { type FitObject, itemsOf, specOf } from '../../core/compatibility/fit-object.ts';
import type { Limit } from '../../core/kubernetes/limit-range.ts';
import type { Namespace } from '../../core/kubernetes/namespace.ts';
import { listWorkloads } from '../listed-workloads.ts';
import type { KubeTransport } from '../transport.ts';
import { readCapacity } from './read-capacity.ts';

/** What decides about the sidecars of a cluster, and where its rollout stands. */
export interface CapacityContext extends Pick<SizingContext, 'policy' | 'services'> {
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** Undefined where there is no plan. */
  readonly rollout: NextStage | undefined;
}

/** What is read of a cluster, and the resources that may not be read. */
export interface ReadCapacityInput {
  readonly input: Omit<CapacityInput, 'load'>;
  readonly hidden: readonly string[];
}

/**
 * Reads everything of a cluster that its figures are made of but the load.
 * @throws ApiError other than a refusal of what may be missing, ClusterUnreachable, TimeoutError
 */
export async function readCapacityInput(
  transport: KubeTransport,
  { policy, services, namespaces, rollout }: CapacityContext,
): Promise<ReadCapacityInput> {
  const namespaceOf = (name = '') => namespaces.get(name) ?? { name, labels: {} };
  const { pods, nodes, quotas, limitRanges, hidden } = await readCapacity(transport, policy, namespaceOf);
  const limitsOf = limitsIn(limitRanges);
  const workloads: SizedWorkload[] = [];
  await listWorkloads(transport, undefined, (object) => {
    const sized = sizedWorkload(object, namespaceOf, { policy, services, limitsOf }, rollout);
    if (sized !== undefined) workloads.push(sized);
  });
  return { input: { policy, workloads, quotas, limitsOf, nodes, pods, stage: rollout?.next?.name }, hidden };
}

/** The bounds of each namespace by its LimitRanges. */
export function limitsIn(limitRanges: readonly FitObject[]): (namespace: string) => readonly Limit[] {
  const byNamespace = Map.groupBy(limitRanges, ({ namespace }) => namespace);
  return (namespace) => (byNamespace.get(namespace) ?? []).flatMap((range) => itemsOf(specOf(range).limits));
}
