import { isWorkloadController } from '../kubernetes/workload-controllers.ts';
import type { TimedRecord } from './in-order.ts';
import type { RecordFacts } from './record-facts.ts';

type Timed = TimedRecord<RecordFacts>;

/** Who asked for a pod, and by what. */
export interface RequestedBy {
  readonly user: string;
  readonly operation: string;
  readonly kind: string;
  readonly name: string;
  readonly time: string;
  readonly recordId: string;
}

/**
 * The changes that gave a workload another template than it had, in the order of time: under the uid of the workload, and under
 * uid and template those that brought this one.
 */
export type TemplateChanges = ReadonlyMap<string, readonly Timed[]>;

/** Takes the changes of templates from records in the order of time. */
export function templateChanges(inOrder: readonly Timed[]): TemplateChanges {
  const changes = new Map<string, Timed[]>();
  for (const timed of inOrder) {
    const { uid, template } = timed.record.workload ?? {};
    if (uid === undefined || changes.get(uid)?.at(-1)?.record.workload?.template === template) continue;
    for (const key of [uid, withTemplate(uid, template)]) {
      const known = changes.get(key);
      if (known === undefined) changes.set(key, [timed]);
      else known.push(timed);
    }
  }
  return changes;
}

const withTemplate = (uid: string, template: string | undefined): string => JSON.stringify([uid, template]);

/**
 * Who applied the workload that a pod was made from, or made the pod itself. An owner that somebody wrote on an object of their
 * own is not followed: whoever may create pods can name the workload of anybody there.
 * @returns undefined when the controllers of Kubernetes made the pod, and no record tells from what
 */
export function requesterOf({ record: pod, ms }: Timed, changes: TemplateChanges): RequestedBy | undefined {
  const { controllerUid } = pod;
  if (controllerUid === undefined || !isWorkloadController(pod.user))
    return { ...requestOf(pod), kind: 'Pod', name: pod.pod ?? pod.generateName ?? '' };
  const made = lastBefore(changes.get(controllerUid), ms)?.record;
  const owner = made?.controllerUid;
  // a Deployment owns the ReplicaSet, a CronJob the Job; nothing in Kubernetes is nested deeper
  const follows = made !== undefined && owner !== undefined && isWorkloadController(made.user);
  // by the template, so that nobody is named by guess
  const found = follows ? lastBefore(changes.get(withTemplate(owner, made.workload?.template)), ms)?.record : made;
  return found?.workload === undefined
    ? undefined
    : { ...requestOf(found), kind: found.workload.kind, name: found.workload.name };
}

/** The last change before a time, found by halving: somebody may change a workload without end. */
function lastBefore(changes: readonly Timed[] = [], untilMs: number): Timed | undefined {
  let [after, end] = [0, changes.length];
  while (after < end) {
    const middle = (after + end) >> 1;
    const change = changes[middle];
    if (change !== undefined && change.ms <= untilMs + CLOCK_SKEW_MS) after = middle + 1;
    else end = middle;
  }
  return changes[after - 1];
}

/** Two replicas may have written the two records. */
const CLOCK_SKEW_MS = 2_000;

const requestOf = ({ user, operation, time, recordId }: RecordFacts) => ({ user, operation, time, recordId });
