import type { Logger } from 'pino';
import type { CompareRunning } from '../../cluster/compare-running.ts';
import type { Snapshot } from '../../core/admission/snapshot.ts';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import type { NotCompared, RunningComparison } from '../../core/simulation/running-comparison.ts';

// within the 5 s that the API server gives the hook, most of which may be gone
const WITHIN_MS = 3_000;

/**
 * Comparisons of what runs under two policies, one at a time: many edits in a row must not read the cluster many times at once. A
 * comparison only informs: where it cannot be had the change passes, and that is told.
 */
export class RunningComparisons {
  readonly #compare: CompareRunning;
  readonly #log: Logger;
  #busy = false;

  constructor(compare: CompareRunning, log: Logger) {
    this.#compare = compare;
    this.#log = log;
  }

  /** The snapshot with what `next` would change, or why nobody knows; never rejects. */
  async withComparison(snapshot: Snapshot, next: ActivePolicy, remainingMs: number): Promise<Snapshot> {
    return { ...snapshot, comparison: await this.#comparison(snapshot, next, Math.min(WITHIN_MS, remainingMs)) };
  }

  async #comparison(
    snapshot: Snapshot,
    next: ActivePolicy,
    withinMs: number,
  ): Promise<RunningComparison | NotCompared> {
    if (this.#busy) return { notCompared: 'another change is being compared' };
    if (withinMs <= 0) return { notCompared: TOO_LATE };
    this.#busy = true;
    try {
      return (await this.#compare(snapshot, next, AbortSignal.timeout(withinMs))) ?? { notCompared: TOO_LATE };
    } catch (err) {
      this.#log.debug({ err, next: next.revision }, 'what the changed policy would change could not be compared');
      return { notCompared: `it could not be read: ${err instanceof Error ? err.message : String(err)}` };
    } finally {
      this.#busy = false;
    }
  }
}

const TOO_LATE = 'there was no time left to read it';
