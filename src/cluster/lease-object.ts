import type { ObjectMetadata } from './object-metadata.ts';
import type { OwnerReference } from './owner-reference.ts';

/** A coordination.k8s.io/v1 Lease, as far as it is read. */
export interface LeaseObject {
  readonly metadata: ObjectMetadata & { readonly ownerReferences?: readonly OwnerReference[] };
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly leaseDurationSeconds?: number | null;
    readonly acquireTime?: string | null;
    readonly renewTime?: string | null;
    readonly leaseTransitions?: number | null;
  };
}

/** What a holder writes. */
export interface LeaseTerms {
  readonly identity: string;
  readonly durationMs: number;
  /** For people: nobody compares it with a clock. */
  readonly now: Date;
  readonly owner: OwnerReference;
}

/** Who holds it; undefined when nobody does. */
export const heldBy = (lease: LeaseObject | undefined): string | undefined => lease?.spec?.holderIdentity || undefined;

/** The Lease as this holder writes it, in the place of what stood. */
export function leaseOf(
  standing: LeaseObject | undefined,
  place: { readonly namespace: string; readonly name: string },
  { identity, durationMs, now, owner }: LeaseTerms,
): object {
  const { managedFields: _, ownerReferences = [], ...metadata } = standing?.metadata ?? { ...place };
  const renewTime = microTime(now);
  const keeps = heldBy(standing) === identity;
  const transitions = standing?.spec?.leaseTransitions ?? 0;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...metadata,
      labels: { 'app.kubernetes.io/name': 'pillion', ...metadata.labels },
      ownerReferences: [
        // one of an owner of the same name that is gone would have the Lease collected
        ...ownerReferences.filter(({ kind, name }) => kind !== owner.kind || name !== owner.name),
        owner,
      ],
    },
    spec: {
      ...standing?.spec,
      holderIdentity: identity,
      leaseDurationSeconds: Math.max(1, Math.ceil(durationMs / 1000)),
      acquireTime: (keeps && standing?.spec?.acquireTime) || renewTime,
      renewTime,
      leaseTransitions: standing === undefined || keeps ? transitions : transitions + 1,
    },
  };
}

/** The Lease without a holder, free for whoever comes first. */
export function releasedLease(standing: LeaseObject, now: Date): object {
  const { managedFields: _, ...metadata } = standing.metadata;
  // as client-go: with a duration of a second also those who read only that take it soon
  const spec = { ...standing.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(now) };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

// the format of MicroTime in Kubernetes' API machinery: six digits of a second
const microTime = (time: Date): string => time.toISOString().replace('Z', '000Z');
