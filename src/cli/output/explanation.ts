import picocolors from 'picocolors';
import type { DecisionRecord } from '../../core/api/decision-record.ts';
import { explanationOf } from '../../core/decision/reasons.ts';
import { printable } from '../../core/problem/printable.ts';
import { problemLine } from '../../core/problem/problem.ts';
import type { ExplainedPod } from '../explained-pods.ts';
import { trafficText } from './traffic.ts';

/** The sign and colour of each verdict, used wherever people read one. */
export function verdictText(verdict: DecisionRecord['verdict'], colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const paints = { inject: paint.green, skip: paint.dim, deny: paint.red, allow: paint.green, error: paint.magenta };
  return paints[verdict](verdict);
}

/** One decision as a short paragraph: place, verdict, why, and what to do. */
export function explanationText(pod: ExplainedPod, colour: boolean): string {
  const { kind, name, namespace, file, line, record, traffic } = pod;
  const paint = picocolors.createColors(colour);
  const { sentence, hint } = explanationOf(record.reason);
  const rows: (readonly [string, string])[] = [
    [verdictText(record.verdict, colour), `${record.reason}: ${sentence}`],
    ...record.problems.map((problem) => ['', problemLine(problem)] as const),
    ...(record.rule === '' ? [] : [['rule', `${record.rule} of policy ${record.policy.name}`] as const]),
    ...(record.also.length === 0 ? [] : [['also', record.also.join(', ')] as const]),
    ...record.settings.map(({ setting, value, origin }) => ['sets', `${setting} ${value}, by the ${origin}`] as const),
    ...record.hints.map(({ message }) => [paint.yellow('hint'), message] as const),
    ...(record.verdict === 'inject' ? [] : [['next', hint] as const]),
  ];
  const head = `${paint.bold(printable(`${kind} ${namespace}/${name}`))}  ${paint.dim(printable(`${file}:${line}`))}`;
  return [
    head,
    ...rows.map(([label, text]) => `  ${label}${' '.repeat(Math.max(1, 8 - visibleLength(label)))}${printable(text)}`),
    ...(traffic === undefined ? [] : [trafficText(traffic, colour)]),
  ].join('\n');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with the escape character
const COLOUR = /\u001b\[\d+m/g;
const visibleLength = (text: string): number => text.replace(COLOUR, '').length;
