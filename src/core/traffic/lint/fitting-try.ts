import { durationMs } from '../duration.ts';
import { longestPausesMs } from '../longest-pauses.ts';
import type { retryingPolicies } from './request-policies.ts';

/** What to write so that all tries fit into the timeout, for the end of a message; empty where nothing would. */
export function fittingTry({ timeout, retries }: ReturnType<typeof retryingPolicies>[number]): string {
  if (timeout === 'none') return '';
  const pauses = longestPausesMs(retries.attempts, durationMs(retries.backoff));
  const fitting = Math.floor((durationMs(timeout) - pauses) / (retries.attempts + 1));
  return fitting > 0 ? `; perTryTimeout: ${fitting}ms would fit` : '';
}
