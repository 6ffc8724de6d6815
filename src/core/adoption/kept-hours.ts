const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** For so long each hour has its point; then the last one of each day is kept. */
const HOURLY_FOR_MS = 2 * DAY_MS;

/** The hour of a time, as 2026-11-26T14; points of an hour replace each other. */
export const hourOf = (at: string): string => at.slice(0, 13);

/** The month of an hour, as 2026-11. */
export const monthOf = (hour: string): string => hour.slice(0, 7);

const dayOf = (hour: string): string => hour.slice(0, 10);

/**
 * Which hours keep their points: those of the last two days, and before that the last one of each day.
 * @param hours each as of `hourOf`, in any order
 */
export function keptHours(hours: Iterable<string>, now: Date): ReadonlySet<string> {
  const kept = new Map<string, string>();
  for (const hour of [...hours].sort()) {
    const isRecent = now.getTime() - Date.parse(`${hour}:00:00Z`) < HOURLY_FOR_MS;
    kept.set(isRecent ? hour : dayOf(hour), hour);
    // of the day on which the hourly points begin, these are the last ones
    if (isRecent) kept.delete(dayOf(hour));
  }
  return new Set(kept.values());
}

/**
 * The month so many months before another.
 * @param month as 2026-11
 */
export function monthBefore(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 - months)).toISOString().slice(0, 'YYYY-MM'.length);
}
