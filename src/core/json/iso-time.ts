const MINUTE_MS = 60_000;
// of the form 2025-11-03T09:00:
let latest = { minute: Number.NaN, text: '' };

/** A time as `toISOString` gives it, which takes long; times of the same minute share all but their seconds. */
export function isoTime(time: Date): string {
  const ms = time.getTime();
  const minute = Math.floor(ms / MINUTE_MS);
  if (minute !== latest.minute) latest = { minute, text: time.toISOString().slice(0, -'00.000Z'.length) };
  const within = ms - minute * MINUTE_MS;
  const seconds = String(Math.floor(within / 1000)).padStart(2, '0');
  return `${latest.text}${seconds}.${String(within % 1000).padStart(3, '0')}Z`;
}

/** The day of a time in UTC, so that it is the same everywhere, as 2025-11-03. */
export const isoDay = (time: Date): string => time.toISOString().slice(0, 10);
