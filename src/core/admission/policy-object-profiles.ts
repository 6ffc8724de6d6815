import { InjectionPolicy } from '../api/injection-policy.ts';
import { annotationIn } from '../kubernetes/metadata.ts';
import { readValue } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import type { Hook } from './hook.ts';
import { readReview } from './read-review.ts';
import type { KnownObjects, Snapshot } from './snapshot.ts';

/**
 * The annotation of an InjectionPolicy that names profiles which come after it, as those of a Helm release do: Helm and kustomize apply kinds
 * in the order of their names. The policy before decides until they are there.
 */
const PROFILES_FOLLOW = 'pillion.io/profiles-follow';

/** The profiles that a policy names and that the cluster does not have. */
export function absentProfiles(
  object: unknown,
  { profiles }: InjectionPolicy['spec'],
  known: KnownObjects,
): readonly Problem[] {
  if (annotationIn(object, PROFILES_FOLLOW) === 'true') return [];
  return profiles.flatMap(({ name }, index) =>
    known.profiles.has(name) ? [] : [{ path: `/spec/profiles/${index}/name`, message: absentMessage(name, known) }],
  );
}

const absentMessage = (name: string, { profiles }: KnownObjects): string =>
  `is ${quoted(name)}; known profiles: ${[...profiles].sort().join(', ')}; apply the SidecarProfile first, or say with the annotation ` +
  `${PROFILES_FOLLOW}: "true" that it follows`;

/**
 * The profiles that have to be looked up before a policy can be judged: one that was applied a moment ago is not in the snapshot yet.
 * @returns none when the body is not about a policy
 */
export function profilesToRead(body: unknown, { objects }: Snapshot, hook: Hook): readonly string[] {
  if (hook !== 'policies' || objects === undefined) return [];
  const read = readReview(body);
  if (read.kind !== 'review' || read.request.resource.resource !== 'injectionpolicies') return [];
  const policy = readValue(InjectionPolicy, read.request.object);
  if ('problems' in policy) return [];
  return policy.value.spec.profiles.map(({ name }) => name).filter((name) => !objects.profiles.has(name));
}
