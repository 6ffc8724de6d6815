import picocolors from 'picocolors';
import { explanationOf } from '../../core/decision/reasons.ts';
import { printable } from '../../core/problem/printable.ts';
import type { AuditSummary, CountedReason } from '../../core/records/summary.ts';
import type { Environment } from '../environment.ts';
import type { LineCounts } from '../log/line-counts.ts';
import { dayChart } from './day-chart.ts';
import { verdictText } from './explanation.ts';
import { fittedTable } from './fitted-table.ts';

// more is for machines
const MOST_ROWS = 10;

type Terminal = Pick<Environment, 'colour' | 'columns'>;

/** A summary for people: how many pods, why, where, who asked, and day by day. */
export function summaryText(summary: AuditSummary, lines: LineCounts, terminal: Terminal): string {
  const { days } = summary;
  const parts = [
    headText(summary, lines),
    verdictsText(summary, terminal),
    ...reasonTables(summary, terminal),
    namespaceTable(summary, terminal),
    peopleTable(summary, terminal),
    dayChart(days, terminal.columns, terminal.colour),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

// digits in threes are read at a glance
const number = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

function headText({ records, from, until, toldOf }: AuditSummary, lines: LineCounts): string {
  const span = from === undefined ? '' : ` from ${from} to ${until ?? from}`;
  const told = [
    `${counted(toldOf.pod, 'pod')} decided about`,
    `${counted(toldOf.workload, 'workload')} applied`,
    ...(toldOf.change === 0 ? [] : [`${counted(toldOf.change, 'other change')} (namespaces, policies, Services)`]),
    ...(toldOf.trial === 0 ? [] : [counted(toldOf.trial, 'trial')]),
  ].join(', ');
  return `${counted(records, 'record')}${span}\n${told}\n${linesText(lines)}`;
}

function linesText({ read, broken, foreign, passedUnread, ahead }: LineCounts): string {
  const besides = [
    ...(foreign === 0 ? [] : [`${number(foreign)} of another kind`]),
    ...(passedUnread === 0 ? [] : [`${number(passedUnread)} passed over by their bytes`]),
    `${number(broken)} broken`,
    ...(ahead === 0 ? [] : [`${counted(ahead, 'record')} of a time to come`]),
  ].join(', ');
  return `${counted(read, 'line')}: ${besides}`;
}

function verdictsText({ verdicts, toldOf: { pod } }: AuditSummary, { colour }: Terminal): string {
  const told = Object.entries(verdicts).filter(([, count]) => count > 0);
  return told
    .map(([verdict, count]) => {
      const share = `${((count * 100) / pod).toFixed(1)} %`;
      return `${verdictText(verdict as never, colour)} ${number(count)} (${share})`;
    })
    .join('  ');
}

const TITLES: Readonly<Record<CountedReason['of'], string>> = { pod: 'PODS', workload: 'WORKLOADS', change: 'CHANGES' };

const reasonTables = ({ reasons }: AuditSummary, terminal: Terminal): string[] =>
  (Object.keys(TITLES) as CountedReason['of'][]).map((of) => {
    const rows = reasons.filter((reason) => reason.of === of);
    return tableOf(
      [TITLES[of], 'VERDICT', 'REASON', 'BECAUSE'],
      rows.map(({ count, verdict, reason }) => [
        number(count),
        verdictText(verdict, terminal.colour),
        reason,
        explanationOf(reason as never).sentence,
      ]),
      terminal,
    );
  });

const namespaceTable = ({ namespaces }: AuditSummary, terminal: Terminal): string =>
  tableOf(
    ['NAMESPACE', 'INJECT', 'SKIP', 'DENY', 'ERROR'],
    namespaces.map(({ namespace, inject, skip, deny, error }) => [
      printable(namespace),
      ...[inject, skip, deny, error].map(number),
    ]),
    terminal,
  );

const peopleTable = ({ people }: AuditSummary, terminal: Terminal): string =>
  tableOf(
    ['WHO ASKED', 'WORKLOADS', 'PODS', 'CHANGES', 'REFUSED'],
    people.map(({ user, workloads, pods, changes, refused }) => [
      printable(user),
      ...[workloads, pods, changes, refused].map(number),
    ]),
    terminal,
  );

function tableOf(head: readonly string[], rows: readonly (readonly string[])[], terminal: Terminal): string {
  if (rows.length === 0) return '';
  const more = rows.length - MOST_ROWS;
  const rest =
    more > 0 ? `\n${picocolors.createColors(terminal.colour).dim(`and ${number(more)} more; -o csv has all`)}` : '';
  return fittedTable(head, rows.slice(0, MOST_ROWS), terminal) + rest;
}
