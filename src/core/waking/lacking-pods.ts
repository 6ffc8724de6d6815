import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';

type Json = Readonly<Record<string, unknown>>;

/** How many pods a workload wants that are not there, by its own status; by its kind. */
const LACKING: ReadonlyMap<string, (spec: Json, status: Json) => number> = new Map([
  ['ReplicaSet', ofReplicas],
  ['ReplicationController', ofReplicas],
  ['StatefulSet', ofReplicas],
  [
    'DaemonSet',
    (_, status) =>
      // before its first status nobody knows how many nodes it wants
      status.desiredNumberScheduled === undefined
        ? 1
        : number(status.desiredNumberScheduled) - number(status.currentNumberScheduled),
  ],
  ['Job', ofJob],
]);

/** The kinds whose controllers create pods themselves. */
export const POD_CREATORS: readonly string[] = [...LACKING.keys()];

/**
 * How many pods a workload still has to create; 0 when it wants no more, is paused or has ended.
 * @param workload an object of a kind that creates pods itself; another one creates none
 */
export function lackingPods(kind: string, workload: object): number {
  const { spec, status } = fieldsOf(workload);
  return Math.max(0, LACKING.get(kind)?.(fieldsOf(spec), fieldsOf(status)) ?? 0);
}

/** The condition by which the controllers of ReplicaSets and ReplicationControllers say that they cannot create or delete a pod. */
export function replicaFailure(workload: object): string | undefined {
  const { conditions } = fieldsOf(fieldsOf(workload).status);
  const listed: readonly unknown[] = Array.isArray(conditions) ? conditions : [];
  const failure = listed.filter(isObject).find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  return failure?.reason === 'FailedCreate' && typeof failure.message === 'string' ? failure.message : undefined;
}

function ofReplicas({ replicas = 1 }: Json, status: Json): number {
  return number(replicas) - number(status.replicas);
}

function ofJob({ suspend, parallelism = 1, completions }: Json, { active, succeeded, conditions }: Json): number {
  const listed: readonly unknown[] = Array.isArray(conditions) ? conditions : [];
  const ended = listed.filter(isObject).some(({ type, status }) => isEnd(type) && status === 'True');
  if (ended || suspend === true) return 0;
  const done = number(succeeded);
  // without completions one success is enough, and then none is started any more
  if (completions === undefined) return done > 0 ? 0 : number(parallelism) - number(active);
  return Math.min(number(parallelism), number(completions) - done) - number(active);
}

// Job conditions, k8s.io/api/batch/v1: the last two come before the first two, while its pods end
const isEnd = (type: unknown): boolean =>
  type === 'Complete' || type === 'Failed' || type === 'SuccessCriteriaMet' || type === 'FailureTarget';

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
