const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

const AGO = /^(?:\d+[smhdw])+(?: ago)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
// RFC 3339, section 5.6; of what Date.parse takes beyond that, not all means the same everywhere
const TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** What is accepted, for whoever wrote something else. */
export const ASKED_TIMES =
  'a time such as 2026-11-03T10:00:00Z, a day such as 2026-11-03 (in UTC), or so long ago, such as 90m, 12h or 7d';

/**
 * The time that somebody means, in milliseconds since 1970.
 * @param now is what a length of time is counted back from
 * @param end of a day that is named, and not its beginning
 * @returns undefined for what cannot be read
 */
export function askedTime(text: string, now: Date, end: 'start' | 'end'): number | undefined {
  const given = text.trim();
  if (AGO.test(given)) {
    const parts = [...given.matchAll(/(\d+)([smhdw])/g)];
    return (
      now.getTime() - parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS_MS[unit] ?? 0), 0)
    );
  }
  if (!DATE.test(given) && !TIME.test(given)) return undefined;
  const ms = Date.parse(given.replace(' ', 'T'));
  // a day that the month does not have is counted on into the next one
  const day = Number(given.slice(8, 10));
  const exists = new Date(Date.parse(given.slice(0, 10))).getUTCDate() === day;
  if (Number.isNaN(ms) || !exists) return undefined;
  return DATE.test(given) && end === 'end' ? ms + (UNITS_MS.d ?? 0) - 1 : ms;
}
