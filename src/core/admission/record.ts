import { type DecisionRecord, RECORD_SCHEMA } from '../api/decision-record.ts';
import { MIRROR_ANNOTATION } from '../decision/checks/mirror-pod.ts';
import { ISTIO_STATUS } from '../decision/checks/other-injector.ts';
import { POD_SECURITY_LABEL } from '../decision/checks/pod-security-forbids.ts';
import type { Decision } from '../decision/decide.ts';
import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import type { Subject } from '../decision/subject.ts';
import { digest } from '../json/canonical.ts';
import { isoTime } from '../json/iso-time.ts';
import { controllerUidOf, type Owner, ownerOf } from '../kubernetes/owner.ts';
import { annotationsOf, type Labels, labelsOf, ownValue } from '../kubernetes/pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { keysRead } from '../policy/keys-read.ts';
import type { Problem } from '../problem/problem.ts';
import { ANNOTATIONS } from '../sidecar/names.ts';
import type { ActiveProfile } from '../sidecar/profiles/active-profile.ts';
import { bounded } from './bounded.ts';
import type { Call } from './call.ts';
import type { Patch } from './patch.ts';
import { checkedOf, settingsOf } from './record-of-checks.ts';
import type { AdmissionRequest } from './review.ts';

// keys of any length stand in a path
const told = ({ path, message }: Problem): Pick<Problem, 'path' | 'message'> => ({ path: bounded(path), message });

/** What brought a record about: a call, or something that the watch saw. */
type Occasion = Pick<Call, 'now'> & Pick<DecisionRecord, 'hook' | 'caller'>;

/** The id under which a request’s decision is recorded: derived from its uid, so that equal input gives equal output. */
export const recordIdOf = (uid: string): string => digest(uid);

/** The record of one decision about a pod. */
export function recordOf(
  request: AdmissionRequest,
  call: Call,
  subject: Subject,
  decision: Decision,
  patch: Patch['summary'] | undefined,
): DecisionRecord {
  const { pod, separated, recordId } = subject;
  const { name, uid, generateName } = pod.metadata;
  const owner = ownerOf(pod);
  const controllerUid = controllerUidOf(pod.metadata.ownerReferences);
  const reinvoked = decision.verdict === 'inject' && separated.status !== undefined;
  const podName = name ?? request.name;
  return {
    ...decisionRecordOf(request, call, subject, decision, recordId),
    ...(podName === '' ? {} : { pod: bounded(podName) }),
    ...(uid ? { podUid: bounded(uid) } : {}),
    ...(generateName ? { generateName: bounded(generateName) } : {}),
    ...(owner === undefined ? {} : { owner: boundedOwner(owner) }),
    ...(controllerUid === undefined ? {} : { controllerUid: bounded(controllerUid) }),
    ...(reinvoked ? { reinvoked } : {}),
    ...(patch === undefined ? {} : { patch }),
  };
}

/** The record of what will be decided about the pods of a workload, none of which exists yet. */
export function forecastRecordOf(
  request: AdmissionRequest,
  call: Call,
  subject: Subject,
  decision: Decision,
): DecisionRecord {
  return decisionRecordOf(request, call, subject, decision, recordIdOf(request.uid));
}

function decisionRecordOf(
  request: AdmissionRequest,
  call: Call,
  subject: Subject,
  decision: Decision,
  recordId: string,
): DecisionRecord {
  const { verdict, reason, rule, also, hints, problems } = decision;
  return {
    ...head(request, call, subject.policy),
    recordId,
    verdict,
    reason,
    rule,
    also: [...also],
    hints: [...hints],
    problems: problems.map(told),
    ...ownershipOf(subject),
    profile: subject.profile.name,
    checked: checkedOf(subject, decision),
    settings: settingsOf(subject, decision),
    inputs: inputsOf(subject),
  };
}

/** The record of what was not decided about as a pod: a request for something else, a failure, a change that the watch saw. */
export function bareRecordOf(
  request: Pick<AdmissionRequest, 'uid'> & Partial<AdmissionRequest>,
  call: Occasion,
  policy: ActivePolicy,
  outcome: {
    readonly verdict: DecisionRecord['verdict'];
    readonly reason: DecisionRecord['reason'];
    readonly problems?: readonly Problem[];
    readonly message?: string;
  },
): DecisionRecord {
  const { name, resource } = request;
  const { verdict, reason, problems = [], message } = outcome;
  return {
    ...head(request, call, policy),
    recordId: recordIdOf(request.uid),
    rule: '',
    also: [],
    hints: [],
    verdict,
    reason,
    problems: problems.map(told),
    ...(message === undefined ? {} : { message }),
    ...(name && resource?.resource === 'pods' ? { pod: bounded(name) } : {}),
    settings: [],
    inputs: { namespaceLabels: {}, podLabels: {}, podAnnotations: {} },
  };
}

const head = (
  request: Pick<AdmissionRequest, 'uid'> & Partial<AdmissionRequest>,
  call: Occasion,
  policy: ActivePolicy,
) =>
  ({
    schema: RECORD_SCHEMA,
    time: isoTime(call.now),
    uid: request.uid,
    hook: call.hook,
    caller: call.caller,
    operation: bounded(request.operation ?? ''),
    dryRun: request.dryRun ?? false,
    namespace: bounded(request.namespace ?? ''),
    user: bounded(request.user ?? ''),
    policy: { name: policy.name, revision: policy.revision },
  }) as const;

function ownershipOf({ pod, namespace, policy }: Subject): Pick<DecisionRecord, 'tribe' | 'squad'> {
  const { tribe: tribeLabel, squad: squadLabel } = policy.spec.ownership;
  const tribe = ownValue(namespace.labels, tribeLabel.namespaceLabel);
  const squad = ownValue(labelsOf(pod), squadLabel.workloadLabel);
  return { ...(tribe === undefined ? {} : { tribe }), ...(squad === undefined ? {} : { squad: bounded(squad) }) };
}

/** The labels and annotations that a decision reads, and nothing else. */
export function inputsOf({ pod, separated, namespace, policy, profile }: Subject): DecisionRecord['inputs'] {
  const { podKey, namespaceLabel } = policy.spec.optIn;
  const standing = annotationsOf(pod);
  return {
    namespaceLabels: picked(namespace.labels, [
      namespaceLabel.key,
      REVISION_LABEL,
      POD_SECURITY_LABEL,
      ...policy.selectedNamespaceLabels,
    ]),
    podLabels: picked(labelsOf(pod), [podKey, REVISION_LABEL, ...policy.selectedPodLabels]),
    podAnnotations: asRead(picked(standing, annotationsRead(standing, podKey, profile)), separated.status?.recordId),
    keys: keysRead(policy),
  };
}

const ANNOTATIONS_READ = [MIRROR_ANNOTATION, ANNOTATIONS.status, ISTIO_STATUS];

// a pod has few annotations, and a profile reads many
function annotationsRead(standing: Labels, podKey: string, { annotations }: ActiveProfile): readonly string[] {
  const isRead = (key: string) => key === podKey || annotations.has(key) || ANNOTATIONS_READ.includes(key);
  const read = Object.keys(standing).filter(isRead);
  return read.length > 1 ? [podKey, ...ANNOTATIONS_READ, ...annotations.keys()] : read;
}

/** Marks of injections count for being there, and ours for the record that it names: what else they hold may be the author’s. */
function asRead(annotations: Record<string, string>, recordId: string | undefined): Record<string, string> {
  if (Object.hasOwn(annotations, ANNOTATIONS.status))
    annotations[ANNOTATIONS.status] = JSON.stringify(recordId === undefined ? {} : { recordId });
  if (Object.hasOwn(annotations, ISTIO_STATUS)) annotations[ISTIO_STATUS] = '{}';
  return annotations;
}

/** Those of the labels or annotations that have one of these keys, cut to a length that still tells values apart. */
export function picked(map: Labels, keys: readonly string[]): Record<string, string> {
  const found: [key: string, value: string][] = [];
  for (const key of keys) {
    const value = ownValue(map, key);
    if (value !== undefined) found.push([key, bounded(value)]);
  }
  // entries and no assignments: a key may be __proto__
  return Object.fromEntries(found);
}

const boundedOwner = ({ apiVersion, kind, name }: Owner): Owner => ({
  apiVersion: bounded(apiVersion),
  kind: bounded(kind),
  name: bounded(name),
});
