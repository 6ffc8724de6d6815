import type { DecisionRecord } from '../api/decision-record.ts';

/** What a policy decides about one pod, as far as two policies are compared. */
export interface Outcome extends Pick<DecisionRecord, 'verdict' | 'reason' | 'rule' | 'profile'> {
  readonly also: readonly DecisionRecord['reason'][];
  /** Of the profile: equal ones render alike. */
  readonly profileRevision?: string;
  /** The pod with its sidecar; absent where none is put there, or nothing was rendered. */
  readonly injected?: unknown;
}

/** What cannot be decided, because the input does not say what the policy reads. */
export interface Unknown {
  /** In words: `pod label team`. */
  readonly missing: readonly string[];
  /** What it is, unless that which is missing speaks against it. */
  readonly unless?: Pick<Outcome, 'verdict' | 'reason' | 'profile'>;
}

/** An outcome, or why there is none. */
export type Simulated = { readonly outcome: Outcome } | { readonly unknown: Unknown };

/** Whether the pod runs with a sidecar. */
export const carriesSidecar = ({ verdict, reason, also }: Pick<Outcome, 'verdict' | 'reason' | 'also'>): boolean =>
  verdict === 'inject' || reason === 'already-injected' || (verdict === 'skip' && also.includes('already-injected'));
