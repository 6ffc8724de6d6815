import type { RestartMark } from './restart-mark.ts';

/** How often the watchdog restarts anything. */
export interface WatchdogBounds {
  /** At most one workload in so long. */
  readonly everyMs: number;
  readonly mostPerHour: number;
}

/** A workload that could be restarted. */
export interface Candidate {
  /** When the youngest of its pods without a sidecar was created. */
  readonly newestPodMs: number;
  /** When and how often it was restarted by us. */
  readonly lastRestart?: RestartMark;
}

/** What this process has restarted. */
export interface PastRestart {
  readonly atMs: number;
  readonly failed: boolean;
}

const HOUR_MS = 3_600_000;
const LONGEST_PAUSE_MS = 24 * HOUR_MS;

/**
 * The workload to restart now; undefined when none may be. At most one in `everyMs`, counted also from the moment at which this process
 * became the one that acts, since it does not know what another one did just before; so many in an hour; none within an hour after one
 * has failed. One that was restarted before is restarted again only on new evidence, a pod that was created after that restart was over, and after a
 * pause that doubles each time.
 * @param candidates the first that may be is taken
 * @param restartTakesMs pods that are created within it may be those of the restart itself
 */
export function nextRestart<C extends Candidate>(
  candidates: readonly C[],
  past: readonly PastRestart[],
  bounds: WatchdogBounds,
  { nowMs, actsSinceMs, restartTakesMs }: { nowMs: number; actsSinceMs: number; restartTakesMs: number },
): C | undefined {
  if (isHeldBack(past, bounds, { nowMs, actsSinceMs })) return undefined;
  return candidates.find(({ newestPodMs, lastRestart }) => {
    if (lastRestart === undefined) return true;
    const atMs = Date.parse(lastRestart.at);
    return newestPodMs > atMs + restartTakesMs && nowMs >= atMs + pauseMs(lastRestart);
  });
}

/** Whether nothing may be restarted now, whatever there is: known without looking for it. */
export function isHeldBack(
  past: readonly PastRestart[],
  { everyMs, mostPerHour }: WatchdogBounds,
  { nowMs, actsSinceMs }: { nowMs: number; actsSinceMs: number },
): boolean {
  const recent = past.filter(({ atMs }) => nowMs - atMs < HOUR_MS);
  if (recent.length >= mostPerHour || recent.some(({ failed }) => failed)) return true;
  return nowMs - Math.max(actsSinceMs, ...past.map(({ atMs }) => atMs)) < everyMs;
}

/** The attempt that the next restart of a workload is. */
export const nextAttempt = ({ lastRestart }: Candidate): number => (lastRestart?.attempt ?? 0) + 1;

const pauseMs = ({ attempt = 1 }: RestartMark): number => Math.min(LONGEST_PAUSE_MS, HOUR_MS * 2 ** (attempt - 1));
