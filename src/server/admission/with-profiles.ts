import type { Snapshot } from '../../core/admission/snapshot.ts';

/** The snapshot with more profiles that a policy may name. */
export function withProfiles(snapshot: Snapshot, names: readonly string[]): Snapshot {
  const { objects } = snapshot;
  if (objects === undefined || names.length === 0) return snapshot;
  return { ...snapshot, objects: { ...objects, profiles: new Set([...objects.profiles, ...names]) } };
}
