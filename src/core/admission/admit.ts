import type { DecisionRecord } from '../api/decision-record.ts';
import { decide } from '../decision/decide.ts';
import { carriesMark } from '../decision/near-misses.ts';
import { OPT_IN_RULES } from '../decision/opt-in/rules.ts';
import type { Reason, Verdict } from '../decision/reasons.ts';
import { subjectOf } from '../decision/subject.ts';
import { readPod } from '../kubernetes/pod.ts';
import type { Problem } from '../problem/problem.ts';
import type { Call } from './call.ts';
import { answerFailure } from './fail.ts';
import type { Hook } from './hook.ts';
import { writtenPatch } from './patch.ts';
import { readReview } from './read-review.ts';
import { bareRecordOf, recordIdOf, recordOf } from './record.ts';
import { allowed, auditAnnotationsOf, refusalMessage, refused, warningsOf } from './respond.ts';
import type { AdmissionRequest, AdmissionReview } from './review.ts';
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
    }
  /** There is no uid to answer to. */
  | { readonly kind: 'unanswerable'; readonly problems: readonly Problem[] };

const CREATES_POD = (request: AdmissionRequest): boolean =>
  request.operation === 'CREATE' &&
  request.resource.group === '' &&
  request.resource.resource === 'pods' &&
  request.subResource === '';

/**
 * Answers one AdmissionReview: the one function behind webhook, command line and tests. It is synchronous, depends on
 * nothing but its arguments and does not throw for any JSON value.
 */
export function admit(body: unknown, snapshot: Snapshot, call: Call): Admission {
  const { policy } = snapshot;
  const read = readReview(body);
  if (read.kind === 'unanswerable') return read;
  if (read.kind === 'unsupported')
    return answerFailure({ uid: read.uid }, policy, call, 'review-unsupported', '', read.problems);
  const { request } = read;
  if (!CREATES_POD(request)) {
    const record = bareRecordOf(request, call, policy, { verdict: 'skip', reason: 'not-a-pod-creation' });
    return passed(request, record, []);
  }
  const pod = readPod(request.object);
  if ('problems' in pod) return malformedPod(request, snapshot, call, pod.problems);
  const namespace = snapshot.namespaces.get(request.namespace);
  if (namespace === undefined)
    return answerFailure(request, policy, call, 'namespace-unknown', `namespace ${request.namespace}`);

  const subject = subjectOf(pod.pod, namespace, policy, recordIdOf(request.uid));
  const decision = decide(subject);
  const edit = decision.verdict === 'inject' && call.hook === 'inject' ? subject.edit() : undefined;
  const patch = edit === undefined ? undefined : writtenPatch(subject, edit);
  const record = recordOf(request, call, subject, decision, patch?.summary);

  if (decision.verdict === 'deny' && call.hook === 'inject') return denied(request, record);
  const secondCall = call.hook === 'inject' && decision.reason === 'already-injected';
  const warnings = call.hook === 'warn' ? warningsOf(record, carriesMark(subject)) : [];
  return passed(request, record, warnings, patch?.base64, secondCall);
}

function passed(
  { uid }: AdmissionRequest,
  record: DecisionRecord,
  warnings: readonly string[],
  patch?: string,
  secondCall = false,
): Admission {
  const review = allowed(uid, patch, warnings, auditAnnotationsOf(record));
  const { verdict, reason } = record;
  return { kind: 'answered', review, verdict, reason, ...(secondCall ? {} : { record }) };
}

function denied({ uid }: AdmissionRequest, record: DecisionRecord): Admission {
  const status = { code: 403, reason: 'Forbidden', message: refusalMessage(record) };
  const review = refused(uid, status, [], auditAnnotationsOf(record));
  return { kind: 'answered', review, verdict: record.verdict, reason: record.reason, record };
}

// an API server checks types before it calls, so this is a caller of another kind, or a field that changed its type
function malformedPod(
  request: AdmissionRequest,
  { policy }: Snapshot,
  call: Call,
  problems: readonly Problem[],
): Admission {
  const outcome = { verdict: 'deny' as const, reason: 'rendered-pod-invalid' as const, problems };
  const record = bareRecordOf(request, call, policy, outcome);
  return call.hook === 'inject' ? denied(request, record) : passed(request, record, []);
}

/**
 * The namespace that has to be read from the API server before the body can be decided about: one that the snapshot does not
 * know, or one that it takes for closed although the hook `inject` was called, which the API server does for open namespaces
 * only. A label that was set a moment ago is not in the snapshot yet.
 * @returns undefined when there is nothing to read, or when the body is not about a pod
 */
export function namespaceToRead(body: unknown, snapshot: Snapshot, hook: Hook): string | undefined {
  const read = readReview(body);
  if (read.kind !== 'review' || !CREATES_POD(read.request)) return undefined;
  const { namespace: name, object } = read.request;
  const namespace = snapshot.namespaces.get(name);
  if (namespace === undefined) return name;
  if (hook !== 'inject') return undefined;
  const { optIn } = snapshot.policy.spec;
  const pod = readPod(object);
  const closed = 'pod' in pod && OPT_IN_RULES[optIn.rule](namespace.labels, pod.pod, optIn) !== undefined;
  return closed ? name : undefined;
}
