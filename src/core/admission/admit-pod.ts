import { type Decision, decide } from '../decision/decide.ts';
import { carriesMark } from '../decision/near-misses.ts';
import { type Subject, subjectOf } from '../decision/subject.ts';
import { controllerOf } from '../kubernetes/owner.ts';
import { readPod } from '../kubernetes/pod.ts';
import type { Problem } from '../problem/problem.ts';
import type { Admission } from './admit.ts';
import { denied, passed } from './answers.ts';
import type { Call } from './call.ts';
import { answerFailure } from './fail.ts';
import { writtenPatch } from './patch.ts';
import { bareRecordOf, recordIdOf, recordOf } from './record.ts';
import { warningsOf } from './respond.ts';
import type { AdmissionRequest } from './review.ts';
import type { Snapshot } from './snapshot.ts';
import { withShadows } from './with-shadows.ts';

/** Whether a request creates a pod, so that there is something to decide about. */
export const createsPod = (request: AdmissionRequest): boolean =>
  request.operation === 'CREATE' &&
  request.resource.group === '' &&
  request.resource.resource === 'pods' &&
  request.subResource === '';

/** Answers for the creation of a pod: `inject` changes or refuses it, `warn` sees what became of it. */
export function admitPod(request: AdmissionRequest, snapshot: Snapshot, call: Call): Admission {
  const { policy } = snapshot;
  if (!createsPod(request)) {
    const record = bareRecordOf(request, call, policy, { verdict: 'skip', reason: 'not-a-pod-creation' });
    return passed(request, record);
  }
  const pod = readPod(request.object);
  if ('problems' in pod) return malformedPod(request, snapshot, call, pod.problems);
  const namespace = snapshot.namespaces.get(request.namespace);
  if (namespace === undefined)
    return answerFailure(request, policy, call, 'namespace-unknown', `namespace ${request.namespace}`);

  const subject = subjectOf(pod.pod, namespace, policy, recordIdOf(request.uid), call.asWritten, snapshot.services);
  const decided = decide(subject);
  const decision = call.hook === 'warn' ? asItIs(decided, subject) : decided;
  const edit = decision.verdict === 'inject' && call.hook === 'inject' ? subject.edit() : undefined;
  const patch = edit === undefined ? undefined : writtenPatch(subject, edit);
  const record = recordOf(request, call, subject, decision, patch?.summary);

  const shadowed = (admission: Admission) => withShadows(admission, subject, decided, snapshot, call);
  if (decision.verdict === 'deny' && call.hook === 'inject') return shadowed(denied(request, record));
  const secondCall = call.hook === 'inject' && decision.reason === 'already-injected';
  // what a controller is told, nobody reads; the people behind it are told at the hook `workloads`
  const tells = call.hook === 'warn' && controllerOf(pod.pod) === undefined;
  return shadowed(
    passed(request, record, {
      ...(tells ? { warnings: warningsOf(record, carriesMark(subject), `pod/${record.pod ?? ''}`) } : {}),
      ...(patch === undefined ? {} : { patch: patch.base64 }),
      recorded: !secondCall,
    }),
  );
}

/**
 * At the hook `warn` everything is over: a pod that is still to be injected or refused was never sent to the hook `inject`, or was
 * changed behind its back.
 */
function asItIs(decision: Decision, { separated }: Subject): Decision {
  if (decision.verdict === 'skip') return decision;
  const reason = separated.status === undefined ? 'hook-not-called' : 'sidecar-changed-afterwards';
  return { ...decision, verdict: 'skip', reason, rule: '', also: [decision.reason, ...decision.also] };
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
  return call.hook === 'inject' ? denied(request, record) : passed(request, record);
}
