import type { PolicyObjectChange, PolicyObjectName } from '../../core/admission/known-objects.ts';
import { withObjects } from '../../core/admission/known-objects.ts';
import type { Snapshot } from '../../core/admission/snapshot.ts';
import { POLICY_KINDS, type PolicyKind } from '../../core/policy/policy-objects.ts';
import { LiveReads, type LiveReadsOptions } from './live-reads.ts';

/** Live reads of the objects of the policy, by their kind. */
export type PolicyObjectReads = ReadonlyMap<PolicyKind, LiveReads<PolicyObjectChange>>;

/** Live reads of each kind. */
export const policyObjectReadsOf = (
  of: (kind: PolicyKind) => LiveReadsOptions<PolicyObjectChange>,
): PolicyObjectReads => new Map(POLICY_KINDS.map((kind) => [kind, new LiveReads(of(kind))]));

/**
 * The snapshot with these objects as they stand now. One that cannot be read counts as it was known: whoever applies the change can try again.
 * @param withinMs what all of it may take; none is read when there is no time
 */
export async function withPolicyObjects(
  snapshot: Snapshot,
  names: readonly PolicyObjectName[],
  reads: PolicyObjectReads,
  withinMs: number,
): Promise<Snapshot> {
  const { objects } = snapshot;
  if (objects === undefined || withinMs <= 0) return snapshot;
  const outcomes = await Promise.all(names.map(({ kind, name }) => reads.get(kind)?.read(name, withinMs)));
  const found = outcomes.flatMap((read) => (read?.result === 'found' ? [read.value] : []));
  return { ...snapshot, objects: withObjects(objects, found) };
}
