import type { DecisionRecord } from '../../core/api/decision-record.ts';
import { digest } from '../../core/json/canonical.ts';

export interface RecentInjectionsOptions {
  /** A clock that never runs backwards. */
  readonly elapsedMs: () => number;
  readonly keepMs?: number;
  readonly maxKept?: number;
}

// the API server gives a whole request at most this long (--request-timeout), so a second call comes earlier
const KEEP_MS = 60_000;

// 270 injections a second for a minute; a few megabytes at most
const MAX_KEPT = 16_384;

/**
 * The injections that this process recorded a moment ago, so that a second call for the same pod is told from a forged mark.
 * What is too old is forgotten, and the oldest when there are too many.
 */
export class RecentInjections {
  readonly #elapsedMs: () => number;
  readonly #keepMs: number;
  readonly #maxKept: number;
  // oldest first
  readonly #recordedAtMs = new Map<string, number>();

  constructor({ elapsedMs, keepMs = KEEP_MS, maxKept = MAX_KEPT }: RecentInjectionsOptions) {
    this.#elapsedMs = elapsedMs;
    this.#keepMs = keepMs;
    this.#maxKept = maxKept;
  }

  /** Notes that this record was written. */
  add(record: DecisionRecord): void {
    const nowMs = this.#elapsedMs();
    const key = keyOf(record);
    this.#recordedAtMs.delete(key);
    this.#recordedAtMs.set(key, nowMs);
    for (const [oldest, atMs] of this.#recordedAtMs) {
      if (this.#recordedAtMs.size <= this.#maxKept && nowMs - atMs <= this.#keepMs) return;
      this.#recordedAtMs.delete(oldest);
    }
  }

  /**
   * Whether the injection that this record completes was written a moment ago. The API server calls a second time at most
   * once a pod, so each one is found once.
   */
  take(record: DecisionRecord): boolean {
    const key = keyOf(record);
    const atMs = this.#recordedAtMs.get(key);
    this.#recordedAtMs.delete(key);
    return atMs !== undefined && this.#elapsedMs() - atMs <= this.#keepMs;
  }
}

// the id alone could be copied from another pod; the two calls of one request agree in all of this. Names are checked only
// after admission, so any of them may be long: what is kept is a digest
const keyOf = ({ recordId, namespace, pod, generateName, user, dryRun }: DecisionRecord): string =>
  digest(JSON.stringify([recordId, namespace, pod, generateName, user, dryRun]));
