import { InjectionPolicy } from '../api/injection-policy.ts';
import { ACTIVE_PLAN } from '../policy/plan-object.ts';
import { ACTIVE_POLICY } from '../policy/policy-objects.ts';
import { readValue } from '../policy/read-object.ts';
import type { Hook } from './hook.ts';
import type { KnownObjects, PolicyObjectChange, PolicyObjectName } from './known-objects.ts';
import { policyObjectChange } from './policy-object-change.ts';
import { problemsBrought } from './policy-object-set.ts';
import { readReview } from './read-review.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The objects that have to be looked up before a change of one of ours can be judged: one that was applied a moment ago is not in the snapshot
 * yet, or as it was before. So nothing is refused for what has been mended.
 * @returns none when the body is about something else
 */
export function objectsToRead(body: unknown, { objects }: Snapshot, hook: Hook): readonly PolicyObjectName[] {
  if (hook !== 'policies' || objects === undefined) return [];
  const read = readReview(body);
  const change = read.kind === 'review' ? policyObjectChange(read.request) : undefined;
  if (change?.object === undefined) return [];
  if (change.kind === 'InjectionPolicy') return neededBy(change, objects);
  return problemsBrought(change, objects).length > 0 ? [{ kind: 'InjectionPolicy', name: ACTIVE_POLICY }] : [];
}

function neededBy(change: PolicyObjectChange, objects: KnownObjects): readonly PolicyObjectName[] {
  const policy = readValue(InjectionPolicy, change.object);
  if ('problems' in policy) return [];
  const { profiles, rollout } = policy.value.spec;
  const doubted = problemsBrought(change, objects).length > 0;
  return [
    ...profiles
      .filter(({ name }) => doubted || !objects.profiles.has(name))
      .map(({ name }): PolicyObjectName => ({ kind: 'SidecarProfile', name })),
    ...(doubted && rollout?.enforce === 'Skip' ? [{ kind: 'RolloutPlan', name: ACTIVE_PLAN } as const] : []),
  ];
}
