import picocolors from 'picocolors';
import { printable } from '../../core/problem/printable.ts';
import { problemLine } from '../../core/problem/problem.ts';
import type { TrafficFinding } from '../../core/traffic/lint/lint-traffic.ts';

/** What is told of traffic values, for people: a line for each place and below it what to do, or why it is excused. */
export function trafficFindingsText(findings: readonly TrafficFinding[], colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const paints = { error: paint.red, warning: paint.yellow, note: paint.cyan, waived: paint.dim };
  return findings
    .map(({ rule, level, hint, waiver, path, message, ...place }) => {
      const next = waiver === undefined ? hint : `waived until ${waiver.expires}: ${waiver.reason}`;
      const where = problemLine({ ...place, path: '', message: '' });
      const what = problemLine({ path, message });
      return `${where}: ${paints[level](level)} ${paint.bold(rule)} ${what}\n  ${paint.dim(printable(next))}\n`;
    })
    .join('');
}

/** How many of each level there are: `2 errors, 1 warning, 0 waived`. */
export function trafficCounts(findings: readonly TrafficFinding[]): string {
  const count = (level: TrafficFinding['level']): number =>
    findings.filter((finding) => finding.level === level).length;
  const counted = (level: 'error' | 'warning' | 'note'): string =>
    `${count(level)} ${level}${count(level) === 1 ? '' : 's'}`;
  const notes = count('note') === 0 ? [] : [counted('note')];
  return [counted('error'), counted('warning'), ...notes, `${count('waived')} waived`].join(', ');
}
