import type { AdoptionPoint } from '../counts.ts';
import { figuresOf, type GoalStatus } from './goals.ts';
import { isWhole } from './scoped.ts';
import type { StageMark } from './stage-marks.ts';

const DAY_MS = 86_400_000;

/** So much of the time that is behind is shown of the time ahead at most. */
const MOST_AHEAD = 1 / 2;

/** How far something was at a time; shares of what is eligible, from 0 to 1. */
export interface Sample {
  readonly ms: number;
  readonly injected: number;
  readonly optedIn: number;
}

/** A line to be reached. */
export interface GoalLine {
  readonly share: number;
  readonly metric: GoalStatus['goal']['metric'];
  /** As 2026-12-31. */
  readonly by: string;
}

/** What is drawn of a rollout, on a terminal or as a picture: everything in shares and in milliseconds since 1970, in UTC. */
export interface Picture {
  readonly of: 'Workloads' | 'Pods';
  readonly fromMs: number;
  readonly nowMs: number;
  /** The end of the time axis. */
  readonly untilMs: number;
  readonly eligible: number;
  /** Ordered by time; where there is none for more than a day and a half, nothing is known. */
  readonly samples: readonly Sample[];
  readonly goals: readonly GoalLine[];
  /** Those within the time axis, numbered from 1 by their place. */
  readonly marks: readonly StageMark[];
  /** The share that is to be expected at the end, at the pace of the last days; undefined where no pace is known. */
  readonly ahead?: { readonly ms: number; readonly share: number };
}

/**
 * What to draw of everything that is eligible.
 * @param points ordered by time; the last one is now
 * @param days before now that are shown
 */
export function pictureOf(
  of: Picture['of'],
  points: readonly AdoptionPoint[],
  goals: readonly GoalStatus[],
  marks: readonly StageMark[],
  { now, days }: { readonly now: Date; readonly days: number },
): Picture {
  const nowMs = now.getTime();
  // whole days, so that a day has its place
  const fromMs = Math.floor(nowMs / DAY_MS) * DAY_MS - (days - 1) * DAY_MS;
  const whole = goals.filter(({ goal }) => goal.of === of && isWhole(goal.scope));
  const lastDay = Math.max(
    nowMs,
    ...whole.map(({ goal }) => Date.parse(goal.by) + DAY_MS),
    ...marks.map(({ day }) => Date.parse(day) + DAY_MS),
  );
  const untilMs = Math.min(Math.ceil(lastDay / DAY_MS) * DAY_MS, nowMs + Math.ceil(days * MOST_AHEAD) * DAY_MS);
  const counted = points.map((point) => ({
    ms: Date.parse(point.at),
    ...figuresOf({ metric: 'Injected', of }, point),
    optedIn: figuresOf({ metric: 'OptedIn', of }, point).reached,
  }));
  const samples = counted
    .filter(({ ms, of: eligible }) => ms >= fromMs && ms <= nowMs && eligible > 0)
    .map(({ ms, reached, of: eligible, optedIn }) => ({
      ms,
      injected: reached / eligible,
      optedIn: Math.max(reached, optedIn) / eligible,
    }));
  const ahead = aheadOf(whole, samples.at(-1), untilMs);
  return {
    of,
    fromMs,
    nowMs,
    untilMs,
    eligible: counted.at(-1)?.of ?? 0,
    samples,
    goals: whole.map(({ goal, target }) => ({ share: target, metric: goal.metric, by: goal.by })),
    marks: marks.filter(({ day }) => Date.parse(day) >= fromMs && Date.parse(day) < untilMs),
    ...(ahead === undefined ? {} : { ahead }),
  };
}

function aheadOf(goals: readonly GoalStatus[], last: Sample | undefined, untilMs: number): Picture['ahead'] {
  const perDay = goals.find(({ goal }) => goal.metric === 'Injected')?.forecast.perDay;
  if (perDay === undefined || last === undefined || untilMs <= last.ms) return undefined;
  const whole = last.injected + (perDay * (untilMs - last.ms)) / DAY_MS;
  if (whole >= 0 && whole <= 1) return { ms: untilMs, share: whole };
  // it ends where everything, or nothing, is reached
  const share = whole > 1 ? 1 : 0;
  return { ms: last.ms + ((share - last.injected) / perDay) * DAY_MS, share };
}
