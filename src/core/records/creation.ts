import type { DecisionRecord } from '../api/decision-record.ts';
import { isWorkloadController } from '../kubernetes/workload-controllers.ts';
import { inOrder } from './in-order.ts';

/** A pod as it stands, as far as its records can be found by it. */
export interface RecordedPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** As its status tells; anybody can have written that. */
  readonly recordId?: string;
}

/**
 * The record of the creation of a pod: the one that decided, or that of what was seen in the end. Its uid finds it; the id in its status only
 * together with its name, since a status can be copied.
 */
export function creationRecord(
  records: readonly DecisionRecord[],
  { namespace, name, uid, recordId }: RecordedPod,
): DecisionRecord | undefined {
  const ordered = inOrder(records)
    .map(({ record }) => record)
    .filter(({ hook, namespace: there }) => there === namespace && (hook === 'inject' || hook === 'warn'));
  const seen = ordered.find(({ podUid }) => podUid === uid);
  const id = seen?.recordId ?? recordId;
  const isOfPod = ({ pod, generateName = '', uid: review, time }: DecisionRecord) => {
    if (pod !== undefined) return pod === name;
    if (generateName !== '') return name.startsWith(generateName);
    // the API server’s log tells of both hooks in the event of one request, and so of the same time
    return seen !== undefined && review === seen.uid && (review !== '' || time === seen.time);
  };
  const ofPod = ordered.filter((record) => record.recordId === id && isOfPod(record));
  const before = ({ time }: DecisionRecord) =>
    seen === undefined || Date.parse(time) <= Date.parse(seen.time) + SKEW_MS;
  return ofPod.findLast((record) => record.hook === 'inject' && before(record)) ?? seen ?? ofPod.at(0);
}

/** A workload as it stands. */
export interface RecordedWorkload {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly uid?: string;
  /** Digest of the template that pods are made from. */
  readonly template: string;
}

// two replicas may have written the two records
const SKEW_MS = 2_000;

/**
 * The record of who gave a workload its template: the last change that brought it, or the last of all where none is known by it. What the
 * controllers of Kubernetes write is left out: they ask for nobody.
 * @param until when the pod was made, in milliseconds since 1970
 */
export function applyingRecord(
  records: readonly DecisionRecord[],
  { namespace, kind, name, uid, template }: RecordedWorkload,
  until = Number.POSITIVE_INFINITY,
): DecisionRecord | undefined {
  const applied = inOrder(records)
    .filter(({ ms }) => ms <= until + SKEW_MS)
    .map(({ record }) => record)
    .filter(
      ({ hook, namespace: there, workload, user }) =>
        hook === 'workloads' &&
        there === namespace &&
        workload?.kind === kind &&
        workload.name === name &&
        // one of the same name may have stood there before; the API server’s log does not tell the uid of what is created
        (workload.uid === undefined || uid === undefined || workload.uid === uid) &&
        !isWorkloadController(user),
    );
  const first = applied.findLastIndex(({ workload }) => workload?.template !== template);
  const brought = applied.slice(first + 1).find(({ workload }) => workload?.template === template);
  return brought ?? applied.at(-1);
}
