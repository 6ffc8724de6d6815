import jsonPatch, { type Operation } from 'fast-json-patch';
import { admit } from '../../admission/admit.ts';
import { reviewOfPodCreation } from '../../admission/review-of.ts';
import type { DecisionRecord } from '../../api/decision-record.ts';
import type { RolloutStage } from '../../api/rollout-plan.ts';
import { askOf } from '../../decision/opt-in/ask.ts';
import { namespaceAnswer } from '../../decision/opt-in/rules.ts';
import { type Subject, subjectOf } from '../../decision/subject.ts';
import { digest } from '../../json/canonical.ts';
import { fieldsOf } from '../../json/fields-of.ts';
import type { Namespace } from '../../kubernetes/namespace.ts';
import { ownValue, type Pod, readPod } from '../../kubernetes/pod.ts';
import type { ActivePolicy } from '../../policy/active-policy.ts';
import type { Problem } from '../../problem/problem.ts';
import type { TrafficServices } from '../../traffic/traffic-services.ts';
import { featureLabel } from '../stage-labels.ts';

/** What a pod is decided under. */
export interface BriefedUnder {
  readonly policy: ActivePolicy;
  /** As it stands today. */
  readonly namespace: Namespace;
  readonly services: TrafficServices;
  /** What the stage switches on. */
  readonly features: NonNullable<RolloutStage['features']>;
  readonly now: Date;
}

/** Where the mark of a pod goes: the label beats the annotation, so it goes where one stands. */
export type MarkPlace = 'labels' | 'annotations';

/** A pod with the sidecar that it gets today. */
export interface TodaysPod {
  readonly pod: Pod;
  readonly subject: Subject;
}

/** A pod as its author wrote it, and as it would be once its namespace and itself have opted in. */
export interface BriefedPod {
  readonly before: Pod;
  /** What the pod is without the features that are switched on; undefined where it gets no sidecar yet, or none are. */
  readonly today: TodaysPod | undefined;
  readonly after: Pod;
  /** The decision about the pod that opted in. */
  readonly record: DecisionRecord;
  readonly subject: Subject;
  /** Whether the pod has to ask, and does not so far. */
  readonly lacksMark: boolean;
  readonly markPlace: MarkPlace;
  /** Labels that the namespace lacks. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
}

/**
 * Decides about a pod by the same `admit` as the webhook, as if its namespace and it had opted in.
 * @returns the pod today and then, or what is wrong with it
 */
export function briefedPod(
  object: Readonly<Record<string, unknown>>,
  given: BriefedUnder,
): BriefedPod | { readonly problems: readonly Problem[] } {
  const read = readPod(object);
  if ('problems' in read) return read;
  // opening its stage is what the briefing is about
  const under = { ...given, policy: { ...given.policy, stages: undefined } };
  const { policy } = under;
  const { podKey } = policy.spec.optIn;
  const namespaceLabels = missingLabels(under);
  const namespace = { ...under.namespace, labels: { ...under.namespace.labels, ...namespaceLabels } };
  const markPlace = askOf(read.pod, podKey).label === undefined ? 'annotations' : 'labels';
  const silent = decided(object, namespace, under);
  const asks = silent?.record.verdict !== 'skip' || !UNMARKED.has(silent.record.reason);
  const sent = asks ? object : marked(object, markPlace, podKey);
  const { record, subject, operations } = (asks ? silent : decided(sent, namespace, under)) ?? unanswered();
  return {
    before: read.pod,
    today: todaysPod(object, given),
    after: patched(subject, operations),
    record,
    subject,
    lacksMark: !asks,
    markPlace,
    namespaceLabels,
  };
}

const patched = ({ pod }: Subject, operations: readonly Operation[]): Pod =>
  jsonPatch.applyPatch(pod, operations, false, false).newDocument;

/**
 * The pod with the sidecar that it has before features are switched on, so that what a stage of features is told to change does not depend on
 * whether it is open by now.
 */
function todaysPod(object: Readonly<Record<string, unknown>>, given: BriefedUnder): TodaysPod | undefined {
  const { namespace, features } = given;
  if (features.length === 0) return undefined;
  const switched = new Set(features.map(featureLabel));
  const labels = Object.fromEntries(Object.entries(namespace.labels).filter(([key]) => !switched.has(key)));
  const today = decided(object, { ...namespace, labels }, given);
  if (today?.record.verdict !== 'inject') return undefined;
  return { pod: patched(today.subject, today.operations), subject: today.subject };
}

/** What is said of a pod that nothing but its own mark keeps from a sidecar. */
const UNMARKED: ReadonlySet<string> = new Set(['not-opted-in', 'opted-out', 'never-selector']);

// what opening a stage writes
function missingLabels({ policy, namespace: { labels }, features }: BriefedUnder): Record<string, string> {
  const { key, enabled } = policy.spec.optIn.namespaceLabel;
  const optIn = namespaceAnswer(labels, policy.spec.optIn) === undefined ? [] : [[key, enabled] as const];
  const ofFeatures = features.map((feature) => [featureLabel(feature), 'enabled'] as const);
  return Object.fromEntries([...optIn, ...ofFeatures].filter(([label, value]) => ownValue(labels, label) !== value));
}

function decided(object: Readonly<Record<string, unknown>>, namespace: Namespace, under: BriefedUnder) {
  const { policy, services, now } = under;
  const read = readPod(object);
  if ('problems' in read) return undefined;
  const uid = digest(JSON.stringify([namespace.name, object.metadata]));
  const body = reviewOfPodCreation(object, { uid, namespace: namespace.name, user: '', dryRun: true });
  const snapshot = { policy, services, namespaces: new Map([[namespace.name, namespace]]) };
  const answerOf = (hook: 'inject' | 'warn') => {
    const answer = admit(body, snapshot, { hook, now, caller: 'Unauthenticated', asWritten: true });
    return answer.kind === 'answered' ? answer : undefined;
  };
  const answer = answerOf('inject');
  // a pod that carries the sidecar already is not recorded a second time where it was injected
  const record = answer?.record ?? answerOf('warn')?.record;
  if (record === undefined) return undefined;
  const patch = answer?.review.response.patch;
  const operations: Operation[] = patch === undefined ? [] : JSON.parse(Buffer.from(patch, 'base64').toString());
  return { record, operations, subject: subjectOf(read.pod, namespace, policy, record.recordId, true, services) };
}

function marked(
  object: Readonly<Record<string, unknown>>,
  place: MarkPlace,
  key: string,
): Readonly<Record<string, unknown>> {
  const metadata = fieldsOf(object.metadata);
  return { ...object, metadata: { ...metadata, [place]: { ...fieldsOf(metadata[place]), [key]: 'true' } } };
}

function unanswered(): never {
  throw new Error('a review made here was not answered; please report it');
}
