import { type DecisionRecord, RECORD_SCHEMA } from '../api/decision-record.ts';
import { isObject } from '../json/is-object.ts';
import type { Problem } from '../problem/problem.ts';
import { isAuditEvent } from '../records/audit-event.ts';
import { isRecordSchema, otherVersion, readRecord } from '../records/read-record.ts';
import { isToldAtTheEnd } from '../records/told-of.ts';
import { auditEntry } from './audit-entry.ts';
import type { Logged } from './logged.ts';
import type { Examinee } from './tally.ts';

/** Why a line of a log that can be read is passed over. */
export const PASSED_OVER = {
  second: 'of pods that another record decides about',
  hook: 'about other objects than pods',
  trial: 'of trials (dry run)',
  foreign: 'of another kind',
} as const;

/** A decision about a pod, with what its line tells. */
export interface LoggedDecision {
  readonly kind: 'decision';
  readonly examinee: Examinee;
  readonly logged?: Logged;
  /** The pod as it was sent, of unknown shape. */
  readonly pod?: unknown;
  /** That of an event in the API server’s audit log. */
  readonly level?: string;
}

/** What one line of a log is for a simulation. */
export type LogEntry =
  | LoggedDecision
  | { readonly kind: keyof typeof PASSED_OVER }
  | { readonly kind: 'broken'; readonly problem: Problem };

/** Takes a parsed line as a record of Pillion’s own, or as an event of the API server’s audit log. */
export function logEntry(value: unknown): LogEntry {
  if (!isObject(value)) return { kind: 'foreign' };
  if (isRecordSchema(value.schema)) {
    if (value.schema !== RECORD_SCHEMA) return { kind: 'broken', problem: otherVersion(value.schema) };
    const read = readRecord(value);
    return 'record' in read ? recordEntry(read.record) : { kind: 'broken', problem: read.problem };
  }
  if (isAuditEvent(value)) return auditEntry(value);
  return isRecordSchema(value._schema) ? { kind: 'broken', problem: AS_GELF } : { kind: 'foreign' };
}

function recordEntry(record: DecisionRecord): LogEntry {
  const { hook, verdict, reason, dryRun, namespace, owner, pod, generateName } = record;
  if (dryRun) return { kind: 'trial' };
  if ((hook !== 'inject' && hook !== 'warn') || reason === 'not-a-pod-creation') return { kind: 'hook' };
  if (isToldAtTheEnd(record)) return { kind: 'second' };
  // it was injected, and the record of that decides
  if (hook === 'warn' && verdict === 'skip' && SEEN_BEFORE.includes(reason)) return { kind: 'second' };
  const examinee = { namespace, kind: owner?.kind ?? 'Pod', name: owner?.name ?? pod ?? generateName ?? '', pods: 1 };
  return { kind: 'decision', examinee, logged: record };
}

const SEEN_BEFORE: readonly string[] = ['already-injected', 'sidecar-changed-afterwards'];

const AS_GELF: Problem = {
  path: '',
  message: 'is a record as a GELF message, which has not all of it; take those of --record-format json',
};
