import type { ActivePolicy } from '../policy/active-policy.ts';
import type { Hook } from './hook.ts';
import { policyObjectChange } from './policy-object-change.ts';
import { readReview } from './read-review.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The policy that would decide after the change that a body is about, where it is another one than now: what runs is compared under both, so
 * that whoever applies it hears what it would change.
 * @returns undefined when there is nothing to compare, also where the change is refused
 */
export function policyToCompare(body: unknown, { policy, objects }: Snapshot, hook: Hook): ActivePolicy | undefined {
  if (hook !== 'policies' || objects === undefined) return undefined;
  const read = readReview(body);
  const change = read.kind === 'review' ? policyObjectChange(read.request) : undefined;
  if (change === undefined) return undefined;
  const next = objects.after([change]);
  return 'active' in next && next.active.revision !== policy.revision ? next.active : undefined;
}
