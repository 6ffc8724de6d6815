import picocolors from 'picocolors';
import { explanationOf } from '../../core/decision/reasons.ts';
import { STAMPS } from '../../core/namespaces/stamps.ts';
import { printable } from '../../core/problem/printable.ts';
import type { Environment } from '../environment.ts';
import type { NamespaceExplanation } from '../explained-namespace.ts';
import { verdictText } from './explanation.ts';
import { fittedTable } from './fitted-table.ts';
import { type Row, rowLines, statesRows } from './running.ts';

/** A namespace as a short paragraph, with a table of what is decided there. */
export function namespaceText(
  explained: NamespaceExplanation,
  terminal: Pick<Environment, 'colour' | 'columns'>,
): string {
  const { name, policy, optIn, stamps, decisions, pods, next } = explained;
  const { colour } = terminal;
  const paint = picocolors.createColors(colour);
  const labels = Object.entries(optIn.labels).map(([key, value]) => `${key}=${value}`);
  const because = optIn.reason === undefined ? '' : `, ${optIn.reason}: ${explanationOf(optIn.reason).sentence}`;
  const rows: readonly Row[] = [
    [optIn.open ? 'open' : 'closed', `to pods that ask${because}`],
    ['labels', labels.length === 0 ? 'none that opts in or out' : labels.join(', ')],
    ['policy', `${policy.name} ${policy.revision}`],
    ...stampRows(stamps),
    ...statesRows(pods),
    ...(next === undefined ? [] : [['next', next.says] as const]),
    ...(next?.command === undefined ? [] : [['run', next.command] as const]),
  ];
  const table = fittedTable(
    ['verdict', 'reason', 'workloads', 'pods', 'such as'],
    decisions.map(({ verdict, reason, workloads, pods: count, examples }) => [
      verdictText(verdict, false),
      reason,
      String(workloads),
      String(count),
      printable(examples.join(', ')),
    ]),
    terminal,
  );
  return [
    paint.bold(printable(`Namespace ${name}`)),
    ...rowLines(rows),
    ...(decisions.length === 0 ? [] : table.split('\n').map((line) => `  ${line}`)),
  ].join('\n');
}

function stampRows(stamps: NamespaceExplanation['stamps']): readonly Row[] {
  const told = (what: string, by: string | undefined, at: string | undefined): Row[] =>
    by === undefined ? [] : [['by', `${what} by ${by}${at === undefined ? '' : ` at ${at}`}`]];
  return [
    ...told('opened', stamps[STAMPS.enabledBy], stamps[STAMPS.enabledAt]),
    ...told('closed', stamps[STAMPS.disabledBy], stamps[STAMPS.disabledAt]),
  ];
}
