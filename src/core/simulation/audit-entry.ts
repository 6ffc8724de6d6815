import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import { type Owner, ownerOf } from '../kubernetes/owner.ts';
import { readPod } from '../kubernetes/pod.ts';
import { auditedHooks } from '../records/audited-hooks.ts';
import type { LogEntry } from './log-entry.ts';
import { readLogged } from './read-logged.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * What an event tells about the creation of a pod: from level Request on the whole object as it was sent, at any level what Pillion’s
 * hooks wrote into it.
 */
export function auditEntry({ stage, verb, level, objectRef, requestURI, requestObject, annotations }: Json): LogEntry {
  const { resource, apiGroup, subresource, namespace, name } = fieldsOf(objectRef);
  const ofPod = resource === 'pods' && !apiGroup && !subresource;
  // an event of each other stage is followed by one of this stage
  if (stage !== 'ResponseComplete' || verb !== 'create' || !ofPod) return { kind: 'hook' };
  if (typeof requestURI === 'string' && /[?&]dryRun=/.test(requestURI)) return { kind: 'trial' };
  const hooks = auditedHooks(fieldsOf(annotations));
  const written = hooks.get('inject') ?? hooks.get('warn');
  const inNamespace = textOf(namespace);
  const logged = written && readLogged(written, inNamespace);
  const owner = ownerIn(requestObject) ?? named(written?.get('owner'));
  const podName = written?.get('pod') ?? textOf(name || fieldsOf(fieldsOf(requestObject).metadata).generateName);
  const { kind, name: ofOwner } = owner ?? { kind: 'Pod', name: podName };
  return {
    kind: 'decision',
    examinee: { namespace: inNamespace, kind, name: ofOwner, pods: 1 },
    level: textOf(level),
    ...(logged === undefined ? {} : { logged }),
    ...(isObject(requestObject) ? { pod: requestObject } : {}),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function ownerIn(object: unknown): Pick<Owner, 'kind' | 'name'> | undefined {
  const read = readPod(object);
  return 'pod' in read ? ownerOf(read.pod) : undefined;
}

function named(text: string | undefined): Pick<Owner, 'kind' | 'name'> | undefined {
  const [, kind, name] = /^([^/]+)\/(.+)$/.exec(text ?? '') ?? [];
  return kind === undefined || name === undefined ? undefined : { kind, name };
}
