import { type FieldChange, fieldChanges } from '../../core/policy/field-changes.ts';
import { ACTIVE_POLICY } from '../../core/policy/policy-objects.ts';
import type { HistoryEntry } from './history.ts';
import type { StandingPolicyObject } from './standing-objects.ts';
import { replicasOf } from './written-status.ts';

/** An entry of the history, as it is told. */
export interface ToldEntry {
  readonly revision: number;
  /** How many replicas decide by it. */
  readonly replicas: number;
  readonly changedAt: string;
  readonly changedBy: string;
  readonly policyRevision: string;
  /** Since the entry before; none of the oldest. */
  readonly changes: readonly FieldChange[];
}

/**
 * The policies that were in force, the newest first, with what each changed.
 * @param standing the objects of today, whose status tells which replica decides by which
 */
export function toldEntries(entries: readonly HistoryEntry[], standing: readonly StandingPolicyObject[]): ToldEntry[] {
  const decides = standing.find(({ source }) => source.kind === 'InjectionPolicy' && source.name === ACTIVE_POLICY);
  const replicas = decides === undefined ? [] : replicasOf(decides);
  return entries.map(({ revision, changedAt, changedBy, keptAt, policyRevision, content }, index) => {
    const before = entries[index + 1];
    // what was the same before counts as the newer one
    const newest = entries.findIndex((entry) => entry.policyRevision === policyRevision) === index;
    return {
      revision,
      replicas: newest ? replicas.filter((replica) => replica.revision === policyRevision).length : 0,
      changedAt: changedAt || keptAt,
      changedBy,
      policyRevision,
      changes: before === undefined ? [] : fieldChanges(before.content, content),
    };
  });
}
