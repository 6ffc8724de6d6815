import { readFile } from 'node:fs/promises';
import { type AuditedHooks, auditedHooks } from '../../src/core/records/audited-hooks.ts';

/** What the API server’s own audit log says about the creation of one pod. */
export interface AuditedPod {
  readonly namespace: string;
  /** Such as `Deployment/web`, or `Pod/debug` for a pod without an owner. */
  readonly owner: string;
  /** The annotations by hook, such as `inject`, then by key, such as `reason`. */
  readonly hooks: AuditedHooks;
}

interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly objectRef?: { readonly resource?: string; readonly namespace?: string; readonly name?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Every pod creation in the audit log that a hook of Pillion was called for, in order. */
export async function auditedPods(file: string): Promise<readonly AuditedPod[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => {
    const { stage, verb, objectRef, annotations = {} } = JSON.parse(line) as AuditEvent;
    if (stage !== 'ResponseComplete' || verb !== 'create' || objectRef?.resource !== 'pods') return [];
    const hooks = auditedHooks(annotations);
    const [first] = hooks.values();
    if (first === undefined) return [];
    const owner = first.get('owner') ?? `Pod/${first.get('pod') ?? objectRef.name ?? ''}`;
    return [{ namespace: objectRef.namespace ?? '', owner, hooks }];
  });
}
