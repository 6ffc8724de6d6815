import type { Hook } from '../../admission/hook.ts';
import type { DecisionRecord } from '../../api/decision-record.ts';
import { isoTime } from '../../json/iso-time.ts';
import type { AuditEvent } from '../audit-event.ts';
import { ownerNameOf } from '../owner-name.ts';
import type { Difference } from './told.ts';

/** An answer of a hook that records and audit log do not tell alike. */
export type Finding = FoundAnswer &
  (
    | { readonly kind: 'missing'; readonly auditId: string }
    | { readonly kind: 'extra' }
    | { readonly kind: 'changed'; readonly auditId: string; readonly fields: readonly Difference[] }
  );

/** Which answer it is. */
export interface FoundAnswer {
  readonly hook: Hook;
  readonly recordId: string;
  /** When the request was received; of what only a record tells, when that was made. */
  readonly time: string;
  readonly namespace: string;
  /** Such as `Deployment/web`. */
  readonly about: string;
  readonly user: string;
  readonly verdict: string;
  readonly reason: string;
}

export function auditedAnswer(event: AuditEvent, hook: Hook): FoundAnswer {
  const { hooks, receivedMs, namespace, user } = event;
  const written = (key: string) => hooks.get(hook)?.get(key) ?? '';
  return {
    hook,
    recordId: written('record'),
    time: Number.isNaN(receivedMs) ? '' : isoTime(new Date(receivedMs)),
    namespace,
    about: aboutText(event, written),
    user,
    verdict: written('verdict'),
    reason: written('reason'),
  };
}

export function recordedAnswer(record: DecisionRecord, hook: Hook): FoundAnswer {
  const { recordId, time, namespace, user, verdict, reason, object } = record;
  const ofNamespace = hook === 'namespaces' ? `namespaces/${namespace}` : ownerNameOf(record);
  const about = object === undefined ? ofNamespace : `${object.kind}/${object.name}`;
  return { hook, recordId, time, namespace, about, user, verdict, reason };
}

function aboutText({ resource: { resource }, name }: AuditEvent, written: (key: string) => string): string {
  if (resource !== 'pods') return `${resource}/${name}`;
  return written('owner') || `Pod/${written('pod') || name}`;
}
