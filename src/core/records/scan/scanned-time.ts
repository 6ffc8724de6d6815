const LENGTH = '2026-11-03T10:00:00.000Z'.length;

const [DASH, COLON, DOT, LETTER_T, LETTER_Z] = [0x2d, 0x3a, 0x2e, 0x54, 0x5a] as const;

// records of a log are of few days
let latest = { year: Number.NaN, month: 0, day: 0, ms: 0 };

/**
 * The time that bytes tell in the form in which records are written, in milliseconds since 1970.
 * @returns NaN for every other form, which `Date.parse` may know
 */
export function timeAt(bytes: Uint8Array, at: number, end: number): number {
  const punctuated =
    end - at === LENGTH &&
    bytes[at + 4] === DASH &&
    bytes[at + 7] === DASH &&
    bytes[at + 10] === LETTER_T &&
    bytes[at + 13] === COLON &&
    bytes[at + 16] === COLON &&
    bytes[at + 19] === DOT &&
    bytes[at + 23] === LETTER_Z;
  if (!punctuated) return Number.NaN;
  const two = (from: number): number => digit(bytes[from]) * 10 + digit(bytes[from + 1]);
  const [hours, minutes, seconds] = [two(at + 11), two(at + 14), two(at + 17)];
  const ms = digit(bytes[at + 20]) * 100 + two(at + 21);
  if (!(hours < 24 && minutes < 60 && seconds < 60)) return Number.NaN;
  return (
    dayMs(two(at) * 100 + two(at + 2), two(at + 5), two(at + 8)) + ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
  );
}

const digit = (byte = 0): number => (byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : Number.NaN);

function dayMs(year: number, month: number, day: number): number {
  if (year === latest.year && month === latest.month && day === latest.day) return latest.ms;
  // a day that the month does not have is counted on into the next one
  const ms = Date.UTC(year, month - 1, day);
  if (Number.isNaN(ms) || year < 1000 || new Date(ms).getUTCDate() !== day || month < 1 || month > 12)
    return Number.NaN;
  latest = { year, month, day, ms };
  return ms;
}
