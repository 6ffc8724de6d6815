import type { DecisionRecord } from '../core/api/decision-record.ts';

/** What one replica decided about pods under the policy in force, each pod counted once. */
export interface DecidedPods {
  readonly injected: number;
  readonly leftAlone: number;
  readonly refused: number;
}

/** Counts decisions about pods since the policy in force is this one; what was only tried is not counted. */
export class DecisionCounts {
  #revision = '';
  #counts = { injected: 0, leftAlone: 0, refused: 0 };

  note({ dryRun, hook, verdict, reason, policy }: DecisionRecord): void {
    if (dryRun) return;
    if (policy.revision !== this.#revision) this.#counts = { injected: 0, leftAlone: 0, refused: 0 };
    this.#revision = policy.revision;
    if (hook === 'inject' && verdict === 'inject') this.#counts.injected += 1;
    else if (hook === 'inject' && verdict === 'deny') this.#counts.refused += 1;
    // at the end of its creation, where every pod comes by that is there in the end
    else if (hook === 'warn' && verdict === 'skip' && reason !== 'already-injected') this.#counts.leftAlone += 1;
  }

  /** Those under the policy of this revision. */
  under(revision: string): DecidedPods {
    return revision === this.#revision ? { ...this.#counts } : { injected: 0, leftAlone: 0, refused: 0 };
  }
}
