import type { DecisionRecord } from '../api/decision-record.ts';
import type { Admission } from './admit.ts';
import { allowed, auditAnnotationsOf, refusalMessage, refused } from './respond.ts';
import type { AdmissionRequest } from './review.ts';

/** What an answer carries beside its record. */
export interface Extras {
  /** Base64. */
  readonly patch?: string;
  readonly warnings?: readonly string[];
  /** False when an earlier call for the same pod is recorded already. */
  readonly recorded?: boolean;
}

/** The object passes, changed when there is a patch. */
export function passed(
  { uid }: AdmissionRequest,
  record: DecisionRecord,
  { patch, warnings = [], recorded = true }: Extras = {},
): Admission {
  const review = allowed(uid, patch, warnings, auditAnnotationsOf(record));
  const { verdict, reason } = record;
  return { kind: 'answered', review, verdict, reason, ...(recorded ? { record } : {}) };
}

/** The object is refused, with everything its author needs to know. */
export function denied({ uid }: AdmissionRequest, record: DecisionRecord): Admission {
  const status = { code: 403, reason: 'Forbidden', message: refusalMessage(record) };
  const review = refused(uid, status, [], auditAnnotationsOf(record));
  return { kind: 'answered', review, verdict: record.verdict, reason: record.reason, record };
}
