/**
 * The milliseconds that the pauses between tries take at most. Envoy waits before the n-th retry for a random time below
 * (2^n - 1) times the base interval, and never longer than ten times the base.
 */
export function longestPausesMs(attempts: number, backoffMs: number): number {
  let total = 0;
  for (let retry = 1; retry <= attempts; retry++) total += Math.min(2 ** retry - 1, 10) * backoffMs;
  return total;
}
