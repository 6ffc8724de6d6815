import { isoDay } from '../json/iso-time.ts';

const DAY_MS = 86_400_000;

/** From so many of the last days the pace is taken: a sprint, so that a stage that was opened shows, and a weekend does not rule. */
const PACE_OF_DAYS = 14;

// a line through fewer points says nothing about a month
const FEWEST_DAYS = 3;

// beyond it a forecast is no statement about a rollout
const FARTHEST_DAYS = 3 * 366;

/** How far something was at a time. */
export interface Share {
  /** ISO 8601. */
  readonly at: string;
  /** From 0 to 1. */
  readonly share: number;
}

/** A share that is to be reached by a day. */
export interface Target {
  /** From 0 to 1. */
  readonly share: number;
  /** The last day in UTC on which it counts as reached in time, as 2026-12-31. */
  readonly by: string;
}

export interface Forecast {
  /**
   * - reached: it is there.
   * - on-track, late: at the pace of the last days it is reached in time, or not.
   * - missed: the day is past and it was not reached.
   * - unknown: there are too few points to tell.
   */
  readonly state: 'reached' | 'on-track' | 'late' | 'missed' | 'unknown';
  /** How far it is now. */
  readonly share: number;
  /** How much of the whole was added on a day. Undefined where the state is unknown. */
  readonly perDay?: number;
  /** How much would have to be added on each day that is left; undefined when it is reached or none is left. */
  readonly neededPerDay?: number;
  /** The day on which it is reached at the present pace; undefined when it never is, or only in years. */
  readonly reachedOn?: string;
  /** From how many days the pace was taken. */
  readonly days: number;
}

/**
 * When a target is reached if it goes on as in the last days. The pace is the median of the slopes between every two points (Theil and Sen),
 * which one day of rollback or of a big stage does not turn; of each day the last point counts, so that days with hourly points weigh no more.
 * @param shares ordered by time, the last one is now
 */
export function forecast(shares: readonly Share[], { share: target, by }: Target): Forecast {
  const last = shares.at(-1);
  if (last === undefined) return { state: 'unknown', share: 0, days: 0 };
  const now = Date.parse(last.at);
  const recent = [...new Map(shares.map((each) => [isoDay(new Date(each.at)), each])).values()].filter(
    ({ at }) => now - Date.parse(at) <= PACE_OF_DAYS * DAY_MS,
  );
  const { share } = last;
  const days = recent.length;
  const perDay = days < FEWEST_DAYS ? undefined : medianSlope(recent);
  const pace = { share, days, ...(perDay === undefined ? {} : { perDay }) };
  if (share >= target) return { state: 'reached', ...pace };
  // the end of the day
  const left = (Date.parse(by) + DAY_MS - now) / DAY_MS;
  if (left <= 0) return { state: 'missed', ...pace };
  const neededPerDay = (target - share) / left;
  if (perDay === undefined) return { state: 'unknown', ...pace, neededPerDay };
  const inDays = perDay <= 0 ? Number.POSITIVE_INFINITY : (target - share) / perDay;
  return {
    state: inDays < left ? 'on-track' : 'late',
    ...pace,
    neededPerDay,
    ...(inDays <= FARTHEST_DAYS ? { reachedOn: isoDay(new Date(now + inDays * DAY_MS)) } : {}),
  };
}

function medianSlope(points: readonly Share[]): number {
  const slopes = points
    .flatMap((one, index) =>
      points
        .slice(index + 1)
        .map((other) => ({ rise: other.share - one.share, ms: Date.parse(other.at) - Date.parse(one.at) })),
    )
    .filter(({ ms }) => ms > 0)
    .map(({ rise, ms }) => (rise / ms) * DAY_MS)
    .sort((one, other) => one - other);
  const middle = slopes.length >> 1;
  const [lower = 0, upper = 0] = [slopes[slopes.length % 2 === 0 ? middle - 1 : middle], slopes[middle]];
  return (lower + upper) / 2;
}
