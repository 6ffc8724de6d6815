const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A day of a year that is known, in UTC, such as 3 Nov. */
export const dayAndMonth = (time: Date): string => `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]}`;

/**
 * A day in UTC, such as 3 Nov 2026.
 * @param day as 2026-11-03
 */
export const dayText = (day: string): string => `${dayAndMonth(new Date(day))} ${day.slice(0, 'YYYY'.length)}`;
