import type { Hook } from '../admission/hook.ts';
import { type DecisionRecord, RECORD_SCHEMA } from '../api/decision-record.ts';
import { HINTS } from '../decision/hints.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { isoTime } from '../json/iso-time.ts';
import { parsedJson } from '../json/parsed.ts';
import { type Owner, ownerOf } from '../kubernetes/owner.ts';
import { readPod } from '../kubernetes/pod.ts';
import type { Problem } from '../problem/problem.ts';
import type { AuditEvent } from './audit-event.ts';
import { auditedObject } from './audited-object.ts';
import { readRecord } from './read-record.ts';

/** What one hook wrote into an event, as the record that it wrote at the same time. */
export type AuditedRecord = { readonly hook: Hook } & (
  | {
      readonly record: DecisionRecord;
      /** The keys whose value was cut, so that the record lacks it: annotations have at most 4 KiB together. */
      readonly cut: readonly string[];
    }
  | { readonly problem: Problem }
);

/**
 * Turns one event of the API server’s audit log into the records of the hooks that were called for it. A record from there does not
 * tell everything: the uid of the review, problems, a message and the patch’s size stay empty; hints have the sentence of the
 * catalogue, an owner no apiVersion below level Request, and `time` is when the API server received the request. Its caller is the
 * API server, which wrote the event.
 * @returns one of each hook that wrote something; none for an event of an earlier stage than the answer
 */
export function auditedRecords(event: AuditEvent): readonly AuditedRecord[] {
  // an earlier stage is told of before the hooks are called
  if (event.stage !== 'ResponseComplete' && event.stage !== 'Panic') return [];
  return [...event.hooks].map(([hook, written]) => {
    const cut = JSON_KEYS.filter((key) => written.has(key) && parsedAt(written, key) === undefined);
    const read = readRecord(recordedIn(event, hook, written));
    return { hook, ...('record' in read ? { record: read.record, cut } : read) };
  });
}

const JSON_KEYS = ['checked', 'settings', 'inputs'] as const;

const parsedAt = (written: ReadonlyMap<string, string>, key: string): unknown => parsedJson(written.get(key) ?? '');

function recordedIn(event: AuditEvent, hook: Hook, written: ReadonlyMap<string, string>): unknown {
  const textAt = (key: string) => (written.has(key) ? { [key]: written.get(key) } : {});
  const listAt = (key: string): string[] => written.get(key)?.split(',') ?? [];
  const checked = parsedAt(written, 'checked');
  const { receivedMs, stageMs } = event;
  const ms = Number.isNaN(receivedMs) ? stageMs : receivedMs;
  return {
    schema: RECORD_SCHEMA,
    recordId: written.get('record'),
    ...(Number.isNaN(ms) ? {} : { time: isoTime(new Date(ms)) }),
    uid: '',
    hook,
    caller: 'ApiServer',
    ...textAt('verdict'),
    ...textAt('reason'),
    rule: written.get('rule') ?? '',
    also: listAt('also'),
    hints: listAt('hints').map((code) => ({ code, message: Object.hasOwn(HINTS, code) ? HINTS[code as never] : '' })),
    problems: [],
    operation: event.operation,
    dryRun: event.dryRun,
    namespace: event.namespace || (event.resource.resource === 'namespaces' ? event.name : ''),
    ...podOf(event, written),
    ...textAt('controllerUid'),
    ...auditedObject(event, hook, written),
    ...textAt('tribe'),
    ...textAt('squad'),
    user: event.user,
    policy: policyIn(written.get('policy') ?? ''),
    ...textAt('profile'),
    ...(checked === undefined ? {} : { checked }),
    settings: parsedAt(written, 'settings') ?? [],
    inputs: parsedAt(written, 'inputs') ?? { namespaceLabels: {}, podLabels: {}, podAnnotations: {} },
  };
}

function podOf({ resource, name, object }: AuditEvent, written: ReadonlyMap<string, string>) {
  if (resource.resource !== 'pods') return {};
  const pod = written.get('pod') ?? name;
  const { generateName } = fieldsOf(fieldsOf(object).metadata);
  const read = readPod(object);
  const owner = ownerNamed(written.get('owner'), 'pod' in read ? ownerOf(read.pod) : undefined);
  return {
    ...(pod === '' ? {} : { pod }),
    ...(written.has('podUid') ? { podUid: written.get('podUid') } : {}),
    ...(typeof generateName === 'string' && generateName !== '' ? { generateName } : {}),
    ...(owner === undefined ? {} : { owner }),
  };
}

// what the hook wrote counts; the pod as it was sent knows the apiVersion
function ownerNamed(text = '', ofPod?: Owner): Owner | undefined {
  const [, kind, name] = /^([^/]+)\/(.+)$/.exec(text) ?? [];
  if (kind === undefined || name === undefined) return undefined;
  return ofPod?.kind === kind && ofPod.name === name ? ofPod : { apiVersion: '', kind, name };
}

// such as default@4f1c…; the name of an object has no @
function policyIn(text: string) {
  const at = text.lastIndexOf('@');
  return at < 0 ? { name: text, revision: '' } : { name: text.slice(0, at), revision: text.slice(at + 1) };
}
