import type { DecisionRecord } from '../api/decision-record.ts';

/** What of a record says whose pods it is about. */
export type Owned = {
  readonly [field in 'workload' | 'owner' | 'pod' | 'generateName']?: DecisionRecord[field] | undefined;
};

/**
 * Whose pods a record is about, such as `Deployment/web`: what was applied, the workload behind the pod, or the pod itself where nothing
 * is behind it.
 */
export function ownerNameOf({ workload, owner, pod, generateName }: Owned): string {
  const named = workload ?? owner;
  return named === undefined ? `Pod/${pod ?? `${generateName ?? ''}...`}` : `${named.kind}/${named.name}`;
}
