import type { InstantAnswer, Sample } from '../../prometheus/instant-answer.ts';
import { type Figure, type Measured, type Missing, noAmount } from './gate-part.ts';

/** What Prometheus says to a query; where it says nothing, what to do about it. */
export type Answered = InstantAnswer & { readonly next?: string };
export type Answers = (query: string) => Answered;

/** What it means that a query has no series, or no number. */
export type WithoutSeries = Pick<Missing, 'missing' | 'next'>;

/** The series that a query returns, or why there are none. */
export function seriesOf(query: string, answers: Answers, without: WithoutSeries): readonly Sample[] | Missing {
  const answer = answers(query);
  if ('problem' in answer)
    return {
      missing: `Prometheus ${answer.problem}`,
      next: answer.next ?? 'see its log, and run the query yourself',
      query,
    };
  return answer.samples.length === 0 ? { ...without, query } : answer.samples;
}

/** The one number that a query returns, or why there is none. */
export function figureOf(query: string, answers: Answers, without: WithoutSeries): Measured {
  const series = seriesOf(query, answers, without);
  if ('missing' in series) return series;
  const [sample, second] = series;
  if (sample === undefined || Number.isNaN(sample.value)) return { ...without, query };
  if (second !== undefined)
    return { missing: 'Prometheus answers several series', next: 'run the query yourself and look at them', query };
  return { value: sample.value, from: 'Prometheus', query };
}

/** A figure made of another one. What is missing stays so, and what is no amount does not become one by what is added to it. */
export function mapped(measured: Measured, change: (figure: Figure) => Measured): Measured {
  if ('missing' in measured) return measured;
  const no = noAmount(measured.value, measured.from);
  return no ? { ...no, ...(measured.query && { query: measured.query }) } : change(measured);
}
