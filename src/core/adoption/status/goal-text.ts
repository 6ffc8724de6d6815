import { dayText } from '../../json/day-text.ts';
import type { GoalStatus } from './goals.ts';

/** A share for people: 43%, 0.4%, and never 100% for what is not all. */
export function percent(share: number): string {
  const whole = share * 100;
  if (whole > 0 && whole < 1) return `${Math.max(0.1, Math.round(whole * 10) / 10)}%`;
  return `${whole < 100 ? Math.min(99, Math.round(whole)) : 100}%`;
}

/** A goal in one phrase: 80% of workloads injected in tribe sales. */
export function goalText({ goal: { metric, of, scope, target } }: GoalStatus): string {
  const where = Object.entries(scope).map(([kind, name]) => ` in ${kind} ${name}`);
  return `${target} of ${of.toLowerCase()} ${metric === 'Injected' ? 'injected' : 'opted in'}${where.join('')}`;
}

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);

/** How a goal stands, in one sentence. */
export function forecastText({ now, target, forecast, lateByDays }: GoalStatus): string {
  const { state, perDay, reachedOn, days: from } = forecast;
  if (now === undefined) return 'unknown: what is kept does not tell it';
  if (now.of === 0) return 'unknown: nothing of it is eligible';
  const missing = percent(Math.max(0, target - now.reached / now.of)).replace('%', '');
  switch (state) {
    case 'reached':
      return 'reached';
    case 'missed':
      return `missed: the day has passed, and ${missing} points are lacking`;
    case 'unknown':
      return `unknown: ${days(from)} of points tell no pace, three do`;
    default: {
      const pace = `(${signed((perDay ?? 0) * 100)} points a day)`;
      if (reachedOn === undefined || lateByDays === undefined) return `at this pace never reached ${pace}`;
      const when = `at this pace reached on ${dayText(reachedOn)}`;
      if (lateByDays > 0) return `${when}: late by ${days(lateByDays)} ${pace}`;
      return `${when}: ${lateByDays === 0 ? 'on the day' : `${days(-lateByDays)} early`} ${pace}`;
    }
  }
}

const signed = (points: number): string => `${points < 0 ? '-' : '+'}${Math.abs(points).toFixed(1)}`;
