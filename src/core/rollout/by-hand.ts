import { fieldsOf } from '../json/fields-of.ts';
import { ROLLING_KINDS, type RollingKind } from './health.ts';

/** A workload by its name. */
export interface WorkloadName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Why somebody has to bring the pods of a workload right, and how. */
export interface ByHand {
  /** A sentence without its full stop. */
  readonly says: string;
  /** The command to run, where there is one. */
  readonly next?: string;
}

export const isRollingKind = (kind: string): kind is RollingKind => (ROLLING_KINDS as readonly string[]).includes(kind);

interface TypedName extends WorkloadName {
  readonly apiVersion: string;
}

/** How pods are brought right of a kind that no change of a pod template replaces. */
const BY_HAND = new Map<string, (workload: WorkloadName, deletePods: string) => ByHand>([
  ['v1 Pod', () => ({ says: 'belongs to no controller, so whoever made it has to make it anew' })],
  ['v1 ReplicationController', bare],
  ['apps/v1 ReplicaSet', bare],
  ['batch/v1 Job', () => ({ says: 'the pods of a Job run to their end; those of its next run get a sidecar' })],
  [
    'argoproj.io/v1alpha1 Rollout',
    ({ namespace, name }) => ({
      says: 'is restarted by Argo',
      next: `kubectl argo rollouts restart ${name} -n ${namespace}`,
    }),
  ],
]);

function bare({ kind }: WorkloadName, deletePods: string): ByHand {
  return { says: `a ${kind} of its own replaces pods only when they are deleted`, next: deletePods };
}

/** Why the pods of a workload are not replaced by a change of its pod template. */
export function byHandOfKind(workload: TypedName, pods: readonly string[]): ByHand {
  const { apiVersion, kind, namespace } = workload;
  const known = BY_HAND.get(`${apiVersion} ${kind}`);
  const deletePods = `kubectl -n ${namespace} delete pod ${pods.join(' ')}`;
  return (
    known?.(workload, deletePods) ?? { says: `a ${kind} of ${apiVersion} is restarted as its own operator has it` }
  );
}

/** What keeps a workload of a rolling kind from replacing its pods when its template changes; undefined when nothing does. */
export function byHandOfSettings(
  { kind, namespace, name }: WorkloadName,
  workload: object,
  pods: readonly string[],
): ByHand | undefined {
  const spec = fieldsOf(fieldsOf(workload).spec);
  if (kind === 'Deployment' && spec.paused === true)
    return { says: 'is paused', next: `kubectl -n ${namespace} rollout resume deployment/${name}` };
  const { type, rollingUpdate } = fieldsOf(spec.updateStrategy);
  if (type === 'OnDelete')
    return {
      says: 'replaces pods only when they are deleted (updateStrategy OnDelete)',
      next: `kubectl -n ${namespace} delete pod ${pods.join(' ')}`,
    };
  const { partition } = fieldsOf(rollingUpdate);
  if (kind === 'StatefulSet' && typeof partition === 'number' && partition > 0)
    return { says: `keeps its pods below ${partition} as they are (updateStrategy.rollingUpdate.partition)` };
  return undefined;
}

/** What becomes of the pods of a workload while it restarts, where that is worse than one after the other; undefined when it is not. */
export function restartNote(kind: string, workload: object): string | undefined {
  const { strategy } = fieldsOf(fieldsOf(workload).spec);
  return kind === 'Deployment' && fieldsOf(strategy).type === 'Recreate'
    ? 'all its pods end before new ones start (strategy Recreate)'
    : undefined;
}
