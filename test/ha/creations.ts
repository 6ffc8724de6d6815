import { readFile } from 'node:fs/promises';
import type { ControlPlane } from '../controlplane/control-plane.ts';

/** What the API server did with the creations of pods in one namespace, from its audit log. */
export interface Creations {
  /** Names of pods that were created with their sidecar. */
  readonly injected: ReadonlySet<string>;
  /** Names of pods that were created as they came. */
  readonly plain: ReadonlySet<string>;
  /** Creations that were refused or failed, by what made them. */
  readonly refused: readonly Refusal[];
}

export interface Refusal {
  /** Empty when the API server was to choose it. */
  readonly name: string;
  readonly code: number;
  readonly message: string;
  readonly receivedMs: number;
}

interface AuditEvent {
  readonly verb: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code?: number; readonly message?: string };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
}

const CREATED = 201;
const ALREADY_THERE = 409;

/** Reads the audit log; dry runs do not count, and neither does being told that a pod is there already. */
export async function creationsIn({ auditLog }: ControlPlane, namespace: string): Promise<Creations> {
  const injected = new Set<string>();
  const plain = new Set<string>();
  const refused: Refusal[] = [];
  for (const event of await eventsOf(auditLog, namespace)) {
    const { code = 0, message = '' } = event.responseStatus ?? {};
    const name = event.objectRef?.name ?? '';
    const received = Date.parse(event.requestReceivedTimestamp);
    if (code === CREATED) (event.annotations?.['inject.pillion.io/verdict'] === 'inject' ? injected : plain).add(name);
    else if (code !== ALREADY_THERE && !isAway(code, message))
      refused.push({ name, code, message, receivedMs: received });
  }
  return { injected, plain, refused };
}

async function eventsOf(log: string, namespace: string): Promise<AuditEvent[]> {
  const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line.includes(`"namespace":"${namespace}"`));
  const events = lines.map((line) => JSON.parse(line) as AuditEvent);
  return events.filter(
    ({ verb, objectRef, requestURI }) =>
      verb === 'create' &&
      objectRef?.resource === 'pods' &&
      objectRef.subresource === undefined &&
      objectRef.namespace === namespace &&
      !requestURI.includes('dryRun='),
  );
}

/** An API server that is starting or ending says so before anybody has decided about the pod: its caller asks again. */
export function isAway(code: number, message: string): boolean {
  if (code === 503 || code === 429) return true;
  return code === 403 && message.includes('not yet ready to handle request');
}
