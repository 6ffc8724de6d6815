import { fieldsOf } from '../json/fields-of.ts';
import { type AuditedHooks, auditedHooks } from './audited-hooks.ts';

type Json = Readonly<Record<string, unknown>>;

/** One request to the API server, as an event of its audit log tells of it. */
export interface AuditEvent {
  readonly auditId: string;
  /** Metadata, Request or RequestResponse: how much of the request the audit policy keeps. */
  readonly level: string;
  /** Only that of `ResponseComplete` carries what the hooks wrote; one of each earlier stage may stand before it. */
  readonly stage: string;
  /** As a review names it: CREATE, UPDATE or DELETE; another verb in capitals. */
  readonly operation: string;
  readonly resource: {
    /** As an object names it, such as apps/v1. */
    readonly apiVersion: string;
    readonly resource: string;
    readonly subresource: string;
  };
  readonly namespace: string;
  /** Empty for an object whose name the API server makes. */
  readonly name: string;
  /** The uid of the object; known where the request or, at level RequestResponse, the response tells it. */
  readonly objectUid: string | undefined;
  /** Whoever acts: the impersonated user where there is one, as hooks are told. */
  readonly user: string;
  readonly dryRun: boolean;
  /** When the API server received the request, in milliseconds since 1970; NaN when the event does not tell. */
  readonly receivedMs: number;
  /** When this stage was reached, likewise. */
  readonly stageMs: number;
  /** The status of the answer to the client; a hook may have let pass what was refused later. */
  readonly code: number | undefined;
  /** The object as it was sent; undefined below level Request. */
  readonly object: unknown;
  readonly hooks: AuditedHooks;
}

/** Whether a value is an event of the API server’s audit log. */
export const isAuditEvent = ({ kind, apiVersion }: Json): boolean =>
  kind === 'Event' && apiVersion === 'audit.k8s.io/v1';

/**
 * Reads an event of the API server’s audit log; a field that is missing or of another type counts as not told.
 * Source: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
 */
export function auditEventOf(event: Json): AuditEvent {
  const { apiGroup, apiVersion, resource, subresource, namespace, name, uid } = fieldsOf(event.objectRef);
  const { code } = fieldsOf(event.responseStatus);
  const answered = fieldsOf(fieldsOf(event.responseObject).metadata).uid;
  return {
    auditId: textOf(event.auditID),
    level: textOf(event.level),
    stage: textOf(event.stage),
    operation: operationOf(textOf(event.verb), code),
    resource: {
      apiVersion: [textOf(apiGroup), textOf(apiVersion)].filter((part) => part !== '').join('/'),
      resource: textOf(resource),
      subresource: textOf(subresource),
    },
    namespace: textOf(namespace),
    name: textOf(name),
    objectUid: textOf(uid) || textOf(answered) || undefined,
    user: textOf(fieldsOf(event.impersonatedUser).username) || textOf(fieldsOf(event.user).username),
    dryRun: /[?&]dryRun=[^&]/.test(textOf(event.requestURI)),
    receivedMs: Date.parse(textOf(event.requestReceivedTimestamp)),
    stageMs: Date.parse(textOf(event.stageTimestamp)),
    code: typeof code === 'number' ? code : undefined,
    object: event.requestObject,
    hooks: auditedHooks(fieldsOf(event.annotations)),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['create', 'CREATE'],
  ['update', 'UPDATE'],
  ['patch', 'UPDATE'],
  ['delete', 'DELETE'],
  ['deletecollection', 'DELETE'],
]);

// a server-side apply is a patch, also where it makes the object
const operationOf = (verb: string, code: unknown): string =>
  verb === 'patch' && code === 201 ? 'CREATE' : (OPERATIONS.get(verb) ?? verb.toUpperCase());
