import { bounded } from '../../admission/bounded.ts';
import type { Hook } from '../../admission/hook.ts';
import { auditAnnotationsOf } from '../../admission/respond.ts';
import type { DecisionRecord } from '../../api/decision-record.ts';
import { digest } from '../../json/canonical.ts';
import type { AuditEvent } from '../audit-event.ts';
import { auditedObject } from '../audited-object.ts';

/** What a record and the API server’s audit log both tell of one answer, by field. */
export type Told = ReadonlyMap<string, string>;

/** What a record tells: what the answer wrote into the audit log, and who asked for what. */
export const toldByRecord = (record: DecisionRecord): Told =>
  new Map(
    Object.entries({
      ...auditAnnotationsOf(record),
      user: record.user,
      operation: record.operation,
      namespace: record.namespace,
      dryRun: String(record.dryRun),
      object: objectText(record),
    }),
  );

/** What an event of the audit log tells of the answer of one hook. */
export const toldByEvent = (event: AuditEvent, hook: Hook): Told => {
  const written = event.hooks.get(hook) ?? new Map<string, string>();
  const { resource, namespace, name } = event;
  return new Map([
    ...written,
    ['user', bounded(event.user)],
    ['operation', event.operation],
    ['namespace', bounded(namespace || (resource.resource === 'namespaces' ? name : ''))],
    ['dryRun', String(event.dryRun)],
    ['object', objectText(auditedObject(event, hook, written))],
  ]);
};

function objectText({ workload, object }: Partial<DecisionRecord>): string {
  if (object !== undefined) return `${object.kind}/${object.name}`;
  return workload === undefined ? '' : `${workload.apiVersion} ${workload.kind}/${workload.name}`;
}

/** Equal for equal fields, in whatever order they come. */
export const digestOf = (told: Told): string =>
  digest(JSON.stringify([...told].sort(([one], [other]) => (one < other ? -1 : 1))));

/** A field of which record and audit log tell different things; what one does not tell is absent. */
export interface Difference {
  readonly field: string;
  readonly audited?: string;
  readonly recorded?: string;
}

/** Where a record and an event of the audit log differ that tell of the same answer. */
export function differencesOf(event: AuditEvent, hook: Hook, record: DecisionRecord): readonly Difference[] {
  const [audited, recorded] = [toldByEvent(event, hook), toldByRecord(record)];
  const fields = [...new Set([...audited.keys(), ...recorded.keys()])].sort();
  return fields.flatMap((field): Difference[] => {
    const [there, here] = [audited.get(field), recorded.get(field)];
    if (there === here || isUntold(field, event, here)) return [];
    return [
      {
        field,
        ...(there === undefined ? {} : { audited: there }),
        ...(here === undefined ? {} : { recorded: here }),
      },
    ];
  });
}

/** What the event cannot tell: the name of an object whose name was to be made, and whether an apply that was refused would have made one. */
function isUntold(field: string, { name, operation, code = 0 }: AuditEvent, recorded: string | undefined): boolean {
  if (field === 'object') return name === '';
  return field === 'operation' && operation === 'UPDATE' && recorded === 'CREATE' && code >= 400;
}
