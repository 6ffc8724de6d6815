import { InjectionPolicy } from '../api/injection-policy.ts';
import { annotationIn } from '../kubernetes/metadata.ts';
import { readValue } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import type { KnownObjects } from './known-objects.ts';

/**
 * The annotation of an InjectionPolicy that names profiles which come after it, as those of a Helm release do: Helm and kustomize apply kinds
 * in the order of their names. The policy before decides until they are there.
 */
const PROFILES_FOLLOW = 'pillion.io/profiles-follow';

/** Whether what the policy lacks of its profiles comes after it. */
export const profilesFollow = (object: unknown): boolean => annotationIn(object, PROFILES_FOLLOW) === 'true';

/** The profiles that a policy names and that the cluster does not have. */
export function absentProfiles(
  object: unknown,
  { profiles }: InjectionPolicy['spec'],
  known: KnownObjects,
): readonly Problem[] {
  if (profilesFollow(object)) return [];
  return profiles.flatMap(({ name }, index) =>
    known.profiles.has(name) ? [] : [{ path: profilePath(index), message: absentMessage(name, known) }],
  );
}

/** Where a policy names profiles that are not there and follow. */
export function awaitedProfiles(object: unknown, known: KnownObjects): readonly string[] {
  const read = readValue(InjectionPolicy, object);
  if ('problems' in read || !profilesFollow(object)) return [];
  return read.value.spec.profiles.flatMap(({ name }, index) => (known.profiles.has(name) ? [] : [profilePath(index)]));
}

const profilePath = (index: number): string => `/spec/profiles/${index}/name`;

const absentMessage = (name: string, { profiles }: KnownObjects): string =>
  `is ${quoted(name)}; known profiles: ${[...profiles].sort().join(', ')}; apply the SidecarProfile first, or say with the annotation ` +
  `${PROFILES_FOLLOW}: "true" that it follows`;
