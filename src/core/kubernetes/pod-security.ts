import { isObject } from '../json/is-object.ts';

/** A field of a container that a Pod Security level does not allow. */
export interface ForbiddenField {
  readonly container: string;
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

/**
 * What of a container the level does not allow, as the admission of Pod Security judges it (Kubernetes v1.37,
 * pod-security-admission/policy): fields of a security context only, which is all that rendered containers have.
 * @param podContext the security context of the pod, which holds where a container says nothing
 */
export function forbiddenFields(
  container: Json & { readonly name: string },
  podContext: Json,
  level: string,
): ForbiddenField[] {
  const context = isObject(container.securityContext) ? container.securityContext : {};
  const restricted = level === 'restricted';
  const said = (field: string): unknown => context[field] ?? podContext[field];
  const capabilities = isObject(context.capabilities) ? context.capabilities : {};
  const added = listOf(capabilities.add).filter((name) =>
    restricted ? name !== 'NET_BIND_SERVICE' : !BASELINE_CAPABILITIES.has(name),
  );
  const seccomp = said('seccompProfile');
  const seccompType = isObject(seccomp) ? seccomp.type : undefined;
  const found = [
    ...(context.privileged === true ? ['privileged true'] : []),
    ...added.map((name) => `capabilities.add ${String(name)}`),
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
  return found.map((field) => ({ container: container.name, field: `securityContext.${field}` }));
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
