import type { PolicySet } from '../core/policy/active-policy.ts';
import type { LoadedPolicy, Source } from '../core/policy/load.ts';
import type { Problem } from '../core/problem/problem.ts';

/** A policy together with what it was read from and how to read it again. */
export interface ReadPolicy<S extends Source = Source> extends PolicySet {
  /** The texts that it was loaded from. */
  readonly sources: readonly S[];
  /** @throws Fault when a text cannot be had */
  readonly read: () => Promise<readonly S[]>;
  readonly load: (sources: readonly S[]) => JudgedTexts;
  /** What of these texts the policy does without. */
  readonly leftOut?: readonly Problem[];
  /** The day in UTC on which `load` judges: with a new one exceptions of a policy end. */
  readonly today: () => string;
}

/** What texts make up, and what of them it does without because that is not good. */
export type JudgedTexts = LoadedPolicy & { readonly leftOut?: readonly Problem[] };

/** What was made of the newest texts. */
export interface Judgement<S extends Source = Source> {
  readonly inForce: PolicySet;
  /** The texts that the policy in force was loaded from. */
  readonly inForceSources: readonly S[];
  /** The texts that were judged last. */
  readonly judged: readonly S[];
  /** Why these are not in force; empty when they are. */
  readonly problems: readonly Problem[];
  /** What they do without. */
  readonly leftOut: readonly Problem[];
}
