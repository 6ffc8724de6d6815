import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../core/problem/faults.ts';
import type { Backoff } from './backoff.ts';

export interface Patience {
  /** Pauses between attempts. */
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
  /** After how long it ends; without it only the signal ends it. */
  readonly within?: { readonly ms: number; readonly elapsedMs: () => number };
  /** Told of each attempt that had no answer and is followed by another one. */
  readonly onFailure?: (error: unknown, nextInMs: number) => void;
}

/**
 * Asks an API server until it answers: one that does not answer says nothing about what is asked for.
 * @throws Fault at once, for that is an answer; what the last attempt threw when the patience ends; the reason of the signal
 */
export async function untilAnswered<T>(read: () => Promise<T>, patience: Patience): Promise<T> {
  const { backoff, signal, within, onFailure } = patience;
  const endMs = within && within.elapsedMs() + within.ms;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (error instanceof Fault || signal.aborted) throw error;
      const nextInMs = backoff.nextMs();
      if (within && endMs !== undefined && within.elapsedMs() + nextInMs > endMs) throw error;
      onFailure?.(error, nextInMs);
      await sleep(nextInMs, undefined, { signal });
    }
  }
}
