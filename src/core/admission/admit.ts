import type { DecisionRecord } from '../api/decision-record.ts';
import { namespaceAnswer, OPT_IN_RULES } from '../decision/opt-in/rules.ts';
import type { Reason, Verdict } from '../decision/reasons.ts';
import type { ShadowAnswer } from '../decision/shadows.ts';
import { readPod } from '../kubernetes/pod.ts';
import { podOfWorkload } from '../kubernetes/workload.ts';
import { changeOf } from '../namespaces/change.ts';
import type { Problem } from '../problem/problem.ts';
import { readStatus } from '../sidecar/status.ts';
import { admitNamespace } from './admit-namespace.ts';
import { admitPod, createsPod } from './admit-pod.ts';
import { admitPolicyObject } from './admit-policy-object.ts';
import { admitService } from './admit-service.ts';
import { admitWorkload } from './admit-workload.ts';
import type { Call } from './call.ts';
import { answerFailure } from './fail.ts';
import type { Hook } from './hook.ts';
import { readReview } from './read-review.ts';
import type { AdmissionReview } from './review.ts';
import type { Snapshot } from './snapshot.ts';

/** What comes of one review. */
export type Admission =
  | {
      readonly kind: 'answered';
      readonly review: AdmissionReview;
      readonly verdict: Verdict;
      readonly reason: Reason;
      /** Absent for the second call of a pod that is complete: the first one is recorded. */
      readonly record?: DecisionRecord;
      /** What each policy in mode Shadow says; absent where none was asked, or another call for the same pod is the one that counts. */
      readonly shadows?: readonly ShadowAnswer[];
    }
  /** There is no uid to answer to. */
  | { readonly kind: 'unanswerable'; readonly problems: readonly Problem[] };

/**
 * Answers one AdmissionReview: the one function behind webhook, command line and tests. It is synchronous, depends on
 * nothing but its arguments and does not throw for any JSON value.
 */
export function admit(body: unknown, snapshot: Snapshot, call: Call): Admission {
  const read = readReview(body);
  if (read.kind === 'unanswerable') return read;
  if (read.kind === 'unsupported')
    return answerFailure({ uid: read.uid }, snapshot.policy, call, 'review-unsupported', '', read.problems);
  switch (call.hook) {
    case 'inject':
    case 'warn':
      return admitPod(read.request, snapshot, call);
    case 'workloads':
      return admitWorkload(read.request, snapshot, call);
    case 'namespaces':
      return admitNamespace(read.request, snapshot, call);
    case 'policies':
      return admitPolicyObject(read.request, snapshot, call);
    case 'services':
      return admitService(read.request, snapshot, call);
  }
}

// what these decide depends on the labels of the namespace
const ABOUT_PODS: ReadonlySet<Hook> = new Set(['inject', 'warn', 'workloads']);

/**
 * The namespace that has to be read from the API server before the body can be decided about: one that the snapshot does not
 * know, or one that it takes for closed although the hook `inject` was called, which the API server does for open namespaces
 * only, or although the pod at the hook `warn` was injected. A label that was set a moment ago is not in the snapshot yet.
 * @returns undefined when there is nothing to read, or when the body is not about a pod or workload
 */
export function namespaceToRead(body: unknown, snapshot: Snapshot, hook: Hook): string | undefined {
  const read = readReview(body);
  if (read.kind !== 'review' || !ABOUT_PODS.has(hook)) return undefined;
  const { namespace: name, object } = read.request;
  const namespace = snapshot.namespaces.get(name);
  const { optIn } = snapshot.policy.spec;
  // nearly every review is about a namespace that is known to be open: its object need not be read twice
  if (namespace !== undefined && (hook === 'workloads' || namespaceAnswer(namespace.labels, optIn) === undefined))
    return undefined;
  if (hook === 'workloads') return podOfWorkload(object) === undefined ? undefined : name;
  if (!createsPod(read.request)) return undefined;
  if (namespace === undefined) return name;
  const pod = readPod(object);
  if (!('pod' in pod) || (hook === 'warn' && readStatus(pod.pod) === undefined)) return undefined;
  return OPT_IN_RULES[optIn.rule](namespace.labels, pod.pod, optIn) === undefined ? undefined : name;
}

/**
 * The namespace whose pods with a sidecar have to be counted before the body can be decided about: one whose opt-in is taken
 * away.
 * @returns undefined when there is nothing to count
 */
export function injectedPodsToCount(body: unknown, { policy }: Snapshot, hook: Hook): string | undefined {
  if (hook !== 'namespaces') return undefined;
  const read = readReview(body);
  const change = read.kind === 'review' ? changeOf(read.request, policy.spec.optIn) : undefined;
  return change?.course === 'closed' && !change.underDeletion ? change.name : undefined;
}
