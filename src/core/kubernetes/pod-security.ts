import { asText } from '../json/as-text.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';

/** A field of a container or volume that a Pod Security level does not allow. */
export interface ForbiddenField {
  /** The name of the container or volume. */
  readonly of: string;
  /** What is wrong, as `securityContext.capabilities.add NET_ADMIN`. */
  readonly field: string;
}

type Json = Readonly<Record<string, unknown>>;

/** The levels that forbid something (Kubernetes, Pod Security Standards). */
export const FORBIDDING_LEVELS: ReadonlySet<string> = new Set(['baseline', 'restricted']);

// Pod Security Standards, baseline: the capabilities of an ordinary container runtime
const BASELINE_CAPABILITIES: ReadonlySet<unknown> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

// Pod Security Standards, restricted: everything else is a volume of the node or of another system
const RESTRICTED_SOURCES: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

/** What of a volume the level does not allow. */
export function forbiddenSources(
  { name, ...sources }: Json & { readonly name: string },
  level: string,
): ForbiddenField[] {
  return Object.keys(sources)
    .filter((source) => sources[source] !== null)
    .filter((source) => (level === 'restricted' ? !RESTRICTED_SOURCES.has(source) : source === 'hostPath'))
    .map((field) => ({ of: name, field }));
}

/**
 * What of a container the level does not allow, as the admission of Pod Security judges it (Kubernetes v1.37,
 * pod-security-admission/policy): the fields that a profile renders, or that an author may put over them.
 * @param podContext the security context of the pod, which holds where a container says nothing
 */
export function forbiddenFields(
  container: Json & { readonly name: string },
  podContext: Json,
  level: string,
): ForbiddenField[] {
  const context = fieldsOf(container.securityContext);
  const restricted = level === 'restricted';
  const said = (field: string): unknown => context[field] ?? podContext[field];
  const capabilities = fieldsOf(context.capabilities);
  const added = listOf(capabilities.add).filter((name) =>
    restricted ? name !== 'NET_BIND_SERVICE' : !BASELINE_CAPABILITIES.has(name),
  );
  const seccomp = said('seccompProfile');
  const seccompType = isObject(seccomp) ? seccomp.type : undefined;
  const hostPorts = listOf(container.ports).filter(
    (port) => isObject(port) && Number(asText(port.hostPort ?? 0)) !== 0,
  );
  const found = [
    ...(context.privileged === true ? ['privileged true'] : []),
    ...added.map((name) => `capabilities.add ${asText(name)}`),
    ...(seccompType === 'Unconfined' ? ['seccompProfile.type Unconfined'] : []),
    ...(restricted
      ? [
          ...(context.allowPrivilegeEscalation === false ? [] : ['allowPrivilegeEscalation other than false']),
          ...(listOf(capabilities.drop).includes('ALL') ? [] : ['capabilities.drop without ALL']),
          ...(said('runAsNonRoot') === true ? [] : ['runAsNonRoot other than true']),
          ...(said('runAsUser') === 0 ? ['runAsUser 0'] : []),
          ...(seccompType === undefined || seccompType === null ? ['no seccompProfile.type'] : []),
        ]
      : []),
  ];
  return [
    ...found.map((field) => `securityContext.${field}`),
    ...hostPorts.map((port) => `ports.hostPort ${asText((port as Json).hostPort)}`),
  ].map((field) => ({ of: container.name, field }));
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
