import type { Answers } from './probe-report.ts';

/** Requests that ended alike, as part of a sentence: `20 answered 504 after 1001 to 1009 ms`. */
export function toldAnswers({ answer, count, leastMs, mostMs }: Answers): string {
  const how = Object.hasOwn(WITHOUT_STATUS, answer) ? WITHOUT_STATUS[answer] : `answered ${answer}`;
  return `${count} ${how} after ${leastMs === mostMs ? '' : `${leastMs} to `}${mostMs} ms`;
}

const WITHOUT_STATUS: Readonly<Record<string, string>> = { none: 'without an answer', 'given up': 'given up' };
