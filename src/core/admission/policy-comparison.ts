import { isObject } from '../json/is-object.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { PolicyKind } from '../policy/policy-objects.ts';
import type { Hook } from './hook.ts';
import { objectName } from './policy-object-effect.ts';
import { readReview } from './read-review.ts';
import type { Snapshot } from './snapshot.ts';

const KINDS: ReadonlyMap<string, PolicyKind> = new Map([
  ['injectionpolicies', 'InjectionPolicy'],
  ['sidecarprofiles', 'SidecarProfile'],
  ['rolloutplans', 'RolloutPlan'],
]);

/**
 * The policy that would decide after the change that a body is about, where it is another one than now: what runs is compared under both, so
 * that whoever applies it hears what it would change.
 * @returns undefined when there is nothing to compare, also where the change is refused
 */
export function policyToCompare(body: unknown, { policy, objects }: Snapshot, hook: Hook): ActivePolicy | undefined {
  if (hook !== 'policies' || objects?.policyAfter === undefined) return undefined;
  const read = readReview(body);
  if (read.kind !== 'review') return undefined;
  const { resource, subResource, operation, object, oldObject } = read.request;
  const kind = KINDS.get(resource.resource);
  if (kind === undefined || resource.group !== 'pillion.io' || subResource !== '') return undefined;
  if (typeof metadataOf(oldObject).deletionTimestamp === 'string') return undefined;
  const after = operation === 'DELETE' ? undefined : object;
  if (operation !== 'DELETE' && !isObject(after)) return undefined;
  const next = objects.policyAfter({ kind, name: objectName(read.request), object: after });
  return next === undefined || next.revision === policy.revision ? undefined : next;
}
