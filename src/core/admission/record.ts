import { type DecisionRecord, RECORD_SCHEMA } from '../api/decision-record.ts';
import { MIRROR_ANNOTATION } from '../decision/checks/mirror-pod.ts';
import { ISTIO_STATUS } from '../decision/checks/other-injector.ts';
import { POD_SECURITY_LABEL } from '../decision/checks/pod-security-forbids.ts';
import type { Decision } from '../decision/decide.ts';
import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import type { Subject } from '../decision/subject.ts';
import { digest } from '../json/canonical.ts';
import { ownerOf } from '../kubernetes/owner.ts';
import { annotationsOf, type Labels, labelsOf, ownValue } from '../kubernetes/pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { Problem } from '../problem/problem.ts';
import { ANNOTATIONS } from '../sidecar/names.ts';
import { SETTING_ANNOTATIONS } from '../sidecar/settings.ts';
import type { Call } from './call.ts';
import type { Patch } from './patch.ts';
import type { AdmissionRequest } from './review.ts';

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
  const { pod, policy, profile, separated } = subject;
  const { name, uid, generateName } = pod.metadata;
  const owner = ownerOf(pod);
  const reinvoked = decision.verdict === 'inject' && separated.status !== undefined;
  const podName = name ?? request.name;
  return {
    ...head(request, call, policy),
    recordId: subject.recordId,
    verdict: decision.verdict,
    reason: decision.reason,
    rule: decision.rule,
    also: [...decision.also],
    hints: [...decision.hints],
    problems: decision.problems.map(({ path, message }) => ({ path, message })),
    ...(podName === '' ? {} : { pod: podName }),
    ...(uid ? { podUid: uid } : {}),
    ...(generateName ? { generateName } : {}),
    ...(owner === undefined ? {} : { owner }),
    ...ownershipOf(subject),
    profile: profile.name,
    settings: decision.verdict === 'inject' ? [...subject.rendering().origins] : [],
    inputs: inputsOf(subject),
    ...(reinvoked ? { reinvoked } : {}),
    ...(patch === undefined ? {} : { patch }),
  };
}

/** The record of a request that was not decided about: it asked for something else, or something failed. */
export function bareRecordOf(
  request: Pick<AdmissionRequest, 'uid'> & Partial<AdmissionRequest>,
  call: Call,
  policy: ActivePolicy,
  outcome: {
    readonly verdict: DecisionRecord['verdict'];
    readonly reason: DecisionRecord['reason'];
    readonly problems?: readonly Problem[];
    readonly message?: string;
  },
): DecisionRecord {
  const { name } = request;
  const { verdict, reason, problems = [], message } = outcome;
  return {
    ...head(request, call, policy),
    recordId: recordIdOf(request.uid),
    rule: '',
    also: [],
    hints: [],
    verdict,
    reason,
    problems: problems.map(({ path, message: text }) => ({ path, message: text })),
    ...(message === undefined ? {} : { message }),
    ...(name ? { pod: name } : {}),
    settings: [],
    inputs: { namespaceLabels: {}, podLabels: {}, podAnnotations: {} },
  };
}

const head = (request: Pick<AdmissionRequest, 'uid'> & Partial<AdmissionRequest>, call: Call, policy: ActivePolicy) =>
  ({
    schema: RECORD_SCHEMA,
    time: call.now.toISOString(),
    uid: request.uid,
    hook: call.hook,
    caller: call.caller,
    operation: request.operation ?? '',
    dryRun: request.dryRun ?? false,
    namespace: request.namespace ?? '',
    user: request.user ?? '',
    policy: { name: policy.name, revision: policy.revision },
  }) as const;

function ownershipOf({ pod, namespace, policy }: Subject): Pick<DecisionRecord, 'tribe' | 'squad'> {
  const { tribe: tribeLabel, squad: squadLabel } = policy.spec.ownership;
  const tribe = ownValue(namespace.labels, tribeLabel.namespaceLabel);
  const squad = ownValue(labelsOf(pod), squadLabel.workloadLabel);
  return { ...(tribe === undefined ? {} : { tribe }), ...(squad === undefined ? {} : { squad }) };
}

function inputsOf({ pod, namespace, policy }: Subject): DecisionRecord['inputs'] {
  const { optIn } = policy.spec;
  return {
    namespaceLabels: picked(namespace.labels, [
      optIn.namespaceLabel.key,
      REVISION_LABEL,
      POD_SECURITY_LABEL,
      ...policy.selectedNamespaceLabels,
    ]),
    podLabels: picked(labelsOf(pod), [optIn.podKey, REVISION_LABEL, ...policy.selectedPodLabels]),
    podAnnotations: picked(annotationsOf(pod), [optIn.podKey, ...ANNOTATIONS_READ]),
  };
}

const ANNOTATIONS_READ = [MIRROR_ANNOTATION, ANNOTATIONS.status, ISTIO_STATUS, ...SETTING_ANNOTATIONS.keys()];

const picked = (map: Labels, keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const value = ownValue(map, key);
      return value === undefined ? [] : [[key, value.slice(0, MAX_INPUT_CHARACTERS)]];
    }),
  );

/** A value of this length is told apart from every accepted one; a longer one is cut in the record. */
const MAX_INPUT_CHARACTERS = 512;
