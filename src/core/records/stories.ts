import type { DecisionRecord } from '../api/decision-record.ts';
import { inOrder, type TimedRecord } from './in-order.ts';
import type { RecordFacts } from './record-facts.ts';
import { type RequestedBy, requesterOf, type TemplateChanges, templateChanges } from './requester.ts';
import { isToldAtTheEnd } from './told-of.ts';

/** Everything the records tell about one pod. */
export interface PodStory<R extends RecordFacts = DecisionRecord> {
  /** The decision: the record of the hook `inject`, or of `warn` for a pod that was never sent there, or in vain. */
  readonly decision: R;
  readonly namespace: string;
  /** Known once the hook `warn` has seen the pod. */
  readonly pod: string | undefined;
  readonly podUid: string | undefined;
  /** Who applied the workload behind the pod, or the pod itself when nothing is behind it. */
  readonly requestedBy: RequestedBy | undefined;
}

/** The calls of one request follow each other; a mark that turns up later was copied onto another pod. */
const SAME_REQUEST_MS = 30_000;

/** A story, with the records that it was joined from; what led to its workload may lead to others. */
export interface JoinedStory<R extends RecordFacts> {
  /** Of the decision, in milliseconds since 1970. */
  readonly ms: number;
  readonly story: PodStory<R>;
  readonly records: readonly R[];
}

/**
 * Joins records of any order into one story a pod, in the order of the decisions. The record ids of `inject` and `warn` are equal where the
 * pod carries a sidecar; where it was left alone by both, what they tell of it is. Two such pods of one controller may be taken for each other;
 * a pod leads to its workload by the uid of its controller, a ReplicaSet or Job further to its owner, and among several changes of
 * that one the template tells which the pod was made from.
 */
export const podStories = <R extends RecordFacts>(records: readonly R[]): readonly PodStory<R>[] =>
  joinedStories(records).map(({ story }) => story);

/** The same, each with its records. */
export function joinedStories<R extends RecordFacts>(records: readonly R[]): readonly JoinedStory<R>[] {
  const ordered = inOrder(records);
  const changes = templateChanges(ordered);
  const injections = injectionsByPod(ordered);
  const warned = ordered
    .filter(({ record }) => record.hook === 'warn')
    .map((warn) => ({ warn, injection: takenFor(warn, injections.get(podKeyOf(warn.record))) }));
  const left = [...injections.values()].flat();
  const inVain = new Map<string, TimedRecord<R>[]>();
  for (const injection of left)
    if (isToldAtTheEnd(injection.record)) addTo(inVain, leftAloneKeyOf(injection.record), injection);
  const joined = new Set<TimedRecord<R>>();
  const seen = warned.map(({ warn, injection }) => {
    if (injection !== undefined) return storyOf(injection, [injection, warn], warn, changes);
    const vain = takenFor(warn, inVain.get(leftAloneKeyOf(warn.record)));
    if (vain === undefined) return storyOf(warn, [warn], warn, changes);
    joined.add(vain);
    return storyOf(warn, [vain, warn], warn, changes);
  });
  const unseen = left
    .filter((injection) => !joined.has(injection))
    .map((injection) => storyOf(injection, [injection], undefined, changes));
  return [...unseen, ...seen].sort((one, other) => one.ms - other.ms);
}

type Injections<R extends RecordFacts> = ReadonlyMap<string, TimedRecord<R>[]>;

function injectionsByPod<R extends RecordFacts>(ordered: readonly TimedRecord<R>[]): Injections<R> {
  const injections = new Map<string, TimedRecord<R>[]>();
  for (const injection of ordered) {
    if (injection.record.hook !== 'inject') continue;
    const key = podKeyOf(injection.record);
    const ofPod = injections.get(key);
    const before = ofPod?.at(-1);
    if (ofPod === undefined || before === undefined || !inOneRequest(before, injection))
      addTo(injections, key, injection);
    // a second call that completes tells less than the first, one that refuses has the last word
    else if (injection.record.reinvoked !== true) ofPod[ofPod.length - 1] = injection;
  }
  return injections;
}

function addTo<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}

/** Takes out the injection that belongs to what `warn` saw. */
function takenFor<R extends RecordFacts>(
  warn: TimedRecord<R>,
  injections: TimedRecord<R>[] = [],
): TimedRecord<R> | undefined {
  const index = injections.findIndex((injection) => inOneRequest(injection, warn));
  return index < 0 ? undefined : injections.splice(index, 1)[0];
}

const inOneRequest = (one: TimedRecord<RecordFacts>, other: TimedRecord<RecordFacts>): boolean =>
  Math.abs(one.ms - other.ms) <= SAME_REQUEST_MS;

/** What the calls for one pod have in common. The id alone stands on the pod, where anybody can copy it. */
const podKeyOf = ({ recordId, namespace, user, controllerUid }: RecordFacts): string =>
  JSON.stringify([recordId, namespace, user, controllerUid]);

/** What both calls tell of a pod that carries nothing of ours: the API server gives each of them another uid. */
const leftAloneKeyOf = ({ namespace, user, controllerUid, generateName, reason }: RecordFacts): string =>
  JSON.stringify([namespace, user, controllerUid, generateName, reason]);

function storyOf<R extends RecordFacts>(
  { record: decision, ms }: TimedRecord<R>,
  records: readonly TimedRecord<R>[],
  warn: TimedRecord<R> | undefined,
  changes: TemplateChanges,
): JoinedStory<R> {
  const pod = warn?.record.pod ?? decision.pod;
  return {
    ms,
    records: records.map(({ record }) => record),
    story: {
      decision,
      namespace: decision.namespace,
      pod,
      podUid: warn?.record.podUid ?? decision.podUid,
      requestedBy: requesterOf({ record: pod === undefined ? decision : { ...decision, pod }, ms }, changes),
    },
  };
}
