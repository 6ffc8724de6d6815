import type { OwnerReference } from '../owner-reference.ts';
import { REGISTERED_KINDS } from './registered-objects.ts';

/** The ConfigMap in which an installation remembers what it registered. */
export interface MemoryConfigMap {
  readonly metadata: { readonly uid: string; readonly ownerReferences?: readonly OwnerReference[] };
  readonly data?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

/** What such a ConfigMap says. */
export interface MemoryContent {
  /** By `memoryKey`. */
  readonly uids: ReadonlyMap<string, string>;
  /** It cannot be added to: a new one has to take its place. */
  readonly replace: boolean;
  /** What somebody has to know about it. */
  readonly problem?: string;
}

export const memoryName = (installation: string): string => `${installation}-registration`;

export const memoryPath = (namespace: string, installation: string): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(memoryName(installation))}`;

/** The key under which an object is noted. */
export const memoryKey = (kind: string, name: string): string => `${kind}.${name}`;

// RFC 4122; the API server makes every uid like this
const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Reads a memory. One that belongs to another owner is of an installation that is gone and waits for its collection: it says
 * nothing. So does a corrupt one, but that is told.
 * @param ownerUid of the ClusterRole of this installation
 */
export function readMemory(standing: MemoryConfigMap | undefined, ownerUid: string): MemoryContent {
  const uids = new Map<string, string>();
  if (standing === undefined) return { uids, replace: false };
  const { metadata, data = {}, immutable = false } = standing;
  const owners = metadata.ownerReferences ?? [];
  if (owners.length > 0 && !owners.some(({ uid }) => uid === ownerUid)) return { uids, replace: true };
  const notes = Object.entries(data).filter(([key]) => keyParts(key) !== undefined);
  const strange = notes.filter(([, uid]) => !UID.test(uid)).map(([key]) => key);
  const corrupt = strange.length > 0 ? `${strange.join(', ')} is no uid` : immutable ? 'it is immutable' : undefined;
  if (corrupt !== undefined) return { uids, replace: true, problem: `${CORRUPT}: ${corrupt}` };
  return { uids: new Map(notes), replace: false };
}

const CORRUPT =
  'the memory of what was registered is corrupt and begins anew, so what was deleted by hand is registered again; delete it ' +
  'once more if it is to stay away';

/** The object that a key of the memory is about; undefined when the key is none of ours. */
export function keyParts(
  key: string,
): { readonly key: string; readonly kind: string; readonly name: string } | undefined {
  const kind = REGISTERED_KINDS.find((one) => key.startsWith(memoryKey(one, '')));
  return kind === undefined ? undefined : { key, kind, name: key.slice(memoryKey(kind, '').length) };
}
