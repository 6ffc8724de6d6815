const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long until then, as people say it: days, or hours when it is soon. Nothing is rounded up. */
export function timeLeft(untilMs: number, nowMs: number): string {
  const left = untilMs - nowMs;
  const [amount, unit] =
    left >= 2 * DAY_MS
      ? [left / DAY_MS, 'day']
      : left >= HOUR_MS
        ? [left / HOUR_MS, 'hour']
        : [left / 60_000, 'minute'];
  const whole = Math.floor(amount);
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`;
}
