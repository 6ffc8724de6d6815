import picocolors from 'picocolors';
import type { DecisionRecord } from '../../core/api/decision-record.ts';
import { explanationOf } from '../../core/decision/reasons.ts';
import { printable } from '../../core/problem/printable.ts';
import { problemLine } from '../../core/problem/problem.ts';
import type { Explanation } from '../explained-live.ts';
import { checksText } from './checks.ts';
import { routesText } from './routes.ts';
import { rowLines, runningRows } from './running.ts';
import { shadowsText } from './shadows.ts';
import { sidecarText } from './sidecar.ts';
import { trafficText } from './traffic.ts';

/** The sign and colour of each verdict, used wherever people read one. */
export function verdictText(verdict: DecisionRecord['verdict'], colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const paints = { inject: paint.green, skip: paint.dim, deny: paint.red, allow: paint.green, error: paint.magenta };
  return paints[verdict](verdict);
}

/** How explanations are printed. */
export interface ExplanationStyle {
  readonly colour: boolean;
  /** Whether each check has a line of its own. */
  readonly eachCheck: boolean;
}

/** One decision as a short paragraph: place, verdict, why, what to do, and how it came about. */
export function explanationText(pod: Explanation, { colour, eachCheck }: ExplanationStyle): string {
  const { kind, name, namespace, file, line, record, sidecar, shadows, traffic, next, checks, routes, requestedBy } =
    pod;
  const paint = picocolors.createColors(colour);
  const { sentence } = explanationOf(record.reason);
  const rows: (readonly [string, string])[] = [
    [verdictText(record.verdict, colour), `${record.reason}: ${sentence}`],
    ...record.problems.map((problem) => ['', problemLine(problem)] as const),
    ...(record.rule === '' ? [] : [['rule', `${record.rule} of policy ${record.policy.name}`] as const]),
    ...(record.also.length === 0 ? [] : [['also', record.also.join(', ')] as const]),
    ...record.hints.map(({ message }) => [paint.yellow('hint'), message] as const),
    ...(next === undefined ? [] : [['next', next.says] as const]),
    ...(next?.command === undefined ? [] : [['run', next.command] as const]),
  ];
  // an object of a cluster stands in no file
  const place = requestedBy === undefined ? `  ${paint.dim(printable(`${file}:${line}`))}` : '';
  const head = `${paint.bold(printable(`${kind} ${namespace}/${name}`))}${place}`;
  return [
    head,
    ...rows.map(([label, text]) => `  ${label}${' '.repeat(Math.max(1, 8 - visibleLength(label)))}${printable(text)}`),
    ...rowLines(runningRows(pod)),
    ...(checks.length === 0 ? [] : [checksText(checks, eachCheck, colour)]),
    routesText(routes, eachCheck, colour),
    ...(sidecar === undefined ? [] : [sidecarText(sidecar, colour)]),
    ...(traffic === undefined ? [] : [trafficText(traffic, colour)]),
    ...(shadows === undefined ? [] : [shadowsText(shadows, colour)]),
  ].join('\n');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with the escape character
const COLOUR = /\u001b\[\d+m/g;
const visibleLength = (text: string): number => text.replace(COLOUR, '').length;
