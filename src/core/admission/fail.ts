import type { ErrorReason } from '../decision/reasons.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { Problem } from '../problem/problem.ts';
import type { Admission } from './admit.ts';
import type { Call } from './call.ts';
import { readReview } from './read-review.ts';
import { bareRecordOf } from './record.ts';
import { allowed, auditAnnotationsOf, refusalMessage, refused, warningFrom } from './respond.ts';
import type { AdmissionRequest } from './review.ts';
import type { Snapshot } from './snapshot.ts';

type Addressed = Pick<AdmissionRequest, 'uid'> & Partial<AdmissionRequest>;

/**
 * Answers a review that Pillion itself failed on. `onError` of the policy says whether the pod is refused or starts
 * without a sidecar; the hook `warn` never refuses. Such answers are counted apart from denials.
 */
export function answerFailure(
  request: Addressed,
  policy: ActivePolicy,
  call: Call,
  reason: ErrorReason,
  message: string,
  problems: readonly Problem[] = [],
): Admission {
  const outcome = { verdict: 'error' as const, reason, problems, ...(message === '' ? {} : { message }) };
  const record = bareRecordOf(request, call, policy, outcome);
  const audit = auditAnnotationsOf(record);
  const text = refusalMessage(record);
  const refuses = call.hook === 'inject' && policy.spec.onError === 'Refuse';
  const review = refuses
    ? refused(request.uid, { code: 500, reason: 'InternalError', message: text }, [], audit)
    : allowed(request.uid, undefined, [warningFrom(text)], audit);
  return { kind: 'answered', review, verdict: 'error', reason, record };
}

/** The same for a body that was parsed but not yet read. */
export function failed(
  body: unknown,
  { policy }: Snapshot,
  call: Call,
  reason: ErrorReason,
  message: string,
): Admission {
  const read = readReview(body);
  if (read.kind === 'unanswerable') return read;
  const request = read.kind === 'review' ? read.request : { uid: read.uid };
  return answerFailure(request, policy, call, reason, message);
}
