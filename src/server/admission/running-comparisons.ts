import type { Logger } from 'pino';
import type { CompareRunning } from '../../cluster/compare-running.ts';
import type { Snapshot } from '../../core/admission/snapshot.ts';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';

// within the 5 s that the API server gives the hook, most of which may be gone
const WITHIN_MS = 3_000;

/**
 * Comparisons of what runs under two policies, one at a time: many edits in a row must not read the cluster many times at once. A
 * comparison only informs, so it is left out where it cannot be had.
 */
export class RunningComparisons {
  readonly #compare: CompareRunning;
  readonly #log: Logger;
  #busy = false;

  constructor(compare: CompareRunning, log: Logger) {
    this.#compare = compare;
    this.#log = log;
  }

  /** The snapshot with what `next` would change; never rejects. */
  async withComparison(snapshot: Snapshot, next: ActivePolicy, remainingMs: number): Promise<Snapshot> {
    const withinMs = Math.min(WITHIN_MS, remainingMs);
    if (this.#busy || withinMs <= 0) return snapshot;
    this.#busy = true;
    try {
      const comparison = await this.#compare(snapshot, next, AbortSignal.timeout(withinMs));
      return comparison === undefined ? snapshot : { ...snapshot, comparison };
    } catch (err) {
      this.#log.debug({ err, next: next.revision }, 'what the changed policy would change could not be compared');
      return snapshot;
    } finally {
      this.#busy = false;
    }
  }
}
