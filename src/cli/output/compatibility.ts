import picocolors from 'picocolors';
import type { CheckedWorkload } from '../../core/compatibility/checked-workloads.ts';
import { FIT_VERDICTS, type FitFinding, type FitVerdict } from '../../core/compatibility/compatibility.ts';
import { printable } from '../../core/problem/printable.ts';
import type { Environment } from '../environment.ts';
import { fittedTable } from './fitted-table.ts';

type Terminal = Pick<Environment, 'colour' | 'columns'>;

/** What was found about workloads, for people: each with its evidence and what to do, and a table where there are several. */
export function compatibilityText(workloads: readonly CheckedWorkload[], terminal: Terminal): string {
  const texts = workloads.map((workload) => workloadText(workload, terminal.colour));
  const table = workloads.length > 1 ? [summaryTable(workloads, terminal)] : [];
  return `${[...texts, ...table, countsText(workloads)].join('\n\n')}\n`;
}

function workloadText(
  { kind, namespace, name, file, line, profile, verdict, findings }: CheckedWorkload,
  colour: boolean,
): string {
  const paint = picocolors.createColors(colour);
  const place = file === undefined ? '' : `  ${paint.dim(printable(`${file}:${line}`))}`;
  const under = profile === undefined ? '' : ` with profile ${profile}`;
  const own = `${kind} ${namespace}/${name}`;
  return [
    `${paint.bold(printable(own))}${place}`,
    `  ${verdictText(verdict, colour)}${printable(under)}`,
    ...findings.flatMap((finding, index) => [
      ...findingLines(finding, own, file, colour),
      // the same advice for several places stands once, below the last
      ...adviceLines(finding, findings[index + 1]),
    ]),
  ].join('\n');
}

function findingLines(
  { code, severity, message, object, path, file, line, suppressed }: FitFinding,
  workload: string,
  ownFile: string | undefined,
  colour: boolean,
): string[] {
  const paint = picocolors.createColors(colour);
  const paints = { incompatible: paint.red, 'needs-change': paint.yellow, note: paint.dim };
  const level = suppressed === undefined ? paints[severity](severity) : paint.dim('suppressed');
  const other = object === workload ? '' : `${object} `;
  const place = line === undefined ? '' : file === ownFile ? ` (line ${line})` : ` (${file}:${line})`;
  return [
    `  ${code} ${level}: ${printable(message)}`,
    `    at ${printable(`${other}${path === '' ? 'the workload itself' : path}${place}`)}`,
  ];
}

const adviceLines = ({ code, remedy, suppressed }: FitFinding, next: FitFinding | undefined): string[] => {
  if (next?.code === code && next.suppressed === suppressed) return [];
  return [`    ${suppressed === undefined ? `do ${remedy}` : printable(`because ${suppressed}`)}`];
};

function verdictText(verdict: FitVerdict, colour: boolean): string {
  const paint = picocolors.createColors(colour);
  return { compatible: paint.green, 'needs-changes': paint.yellow, incompatible: paint.red }[verdict](verdict);
}

function summaryTable(workloads: readonly CheckedWorkload[], terminal: Terminal): string {
  const rows = workloads.map(({ kind, namespace, name, verdict, findings }) => {
    const codes = findings
      .filter(({ suppressed, severity }) => suppressed === undefined && severity !== 'note')
      .map(({ code }) => code);
    return [printable(`${kind} ${namespace}/${name}`), verdict, [...new Set(codes)].join(' ')];
  });
  return fittedTable(['workload', 'verdict', 'to do'], rows, terminal);
}

const countsText = (workloads: readonly CheckedWorkload[]): string =>
  FIT_VERDICTS.map((one) => `${workloads.filter(({ verdict }) => verdict === one).length} ${one}`).join(', ');
