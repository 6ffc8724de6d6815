import { subjectOf } from '../decision/subject.ts';
import { readPod } from '../kubernetes/pod.ts';
import { effectiveSettings } from '../sidecar/effective-settings.ts';
import type { SettingOrigin } from '../sidecar/rendering.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Tells what the sidecar of a pod is like under this snapshot, and who chose that: first its profile, which the policy chooses, then
 * each setting.
 * @returns undefined where the object is no pod, or nothing is known of its namespace
 */
export function explainSidecar(
  object: unknown,
  namespace: string,
  snapshot: Snapshot,
): readonly SettingOrigin[] | undefined {
  const read = readPod(object);
  const known = snapshot.namespaces.get(namespace);
  if ('problems' in read || known === undefined) return undefined;
  const { policy, services } = snapshot;
  // nothing is recorded, so no record needs a name
  const { profile, rendering } = subjectOf(read.pod, known, policy, '', true, services);
  const origin = `policy ${policy.name} at /spec/profiles/${policy.activeProfiles.indexOf(profile)}`;
  return [{ setting: 'profile', value: profile.name, origin }, ...effectiveSettings(profile, rendering())];
}
