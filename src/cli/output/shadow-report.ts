import picocolors from 'picocolors';
import { printable } from '../../core/problem/printable.ts';
import type { ReportedChange, ReportedShadow, ShadowReport } from '../../core/records/shadow-report.ts';
import { verdictText } from './explanation.ts';
import { plainTable } from './plain-table.ts';

/** The report for people: of each policy a sentence, and whose pods differ as a table. */
export function shadowReportText({ pods, forecasts, policies }: ShadowReport, colour: boolean): string {
  const seen = `${counted(pods, 'pod')} decided about, ${counted(forecasts, 'workload')} applied`;
  if (policies.length === 0) return `${seen}; no policy in mode Shadow says anything else\n`;
  return `${[seen, ...policies.map((policy) => policyText(policy, colour))].join('\n\n')}\n`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function policyText({ policy, revision, pods, forecasts, failed, changes }: ReportedShadow, colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const head = `${paint.bold(printable(policy))} ${paint.dim(`(revision ${printable(revision)})`)}`;
  const failures = failed === 0 ? '' : `; could not be asked ${counted(failed, 'time')}`;
  const sums = `${head}: ${counted(pods, 'pod')} and ${counted(forecasts, 'workload')} otherwise${failures}`;
  if (changes.length === 0) return sums;
  const rows = changes.map((change) => rowOf(change, colour));
  return `${sums}\n${plainTable(['NAMESPACE', 'OWNER', 'BEFORE', 'AFTER', 'PODS', 'APPLIED', 'LAST', 'RECORD'], rows, colour)}`;
}

function rowOf(change: ReportedChange, colour: boolean): string[] {
  const { namespace, owner, before, after, places, pods, forecasts, appliedBy, last, recordId } = change;
  const by = appliedBy === undefined ? '' : ` by ${appliedBy}`;
  return [
    printable(namespace),
    printable(owner),
    decisionText(before, colour),
    [decisionText(after, colour), ...places.map(printable)].join('\n'),
    String(pods),
    printable(`${forecasts}${by}`),
    last,
    printable(recordId),
  ];
}

const decisionText = ({ verdict, reason, profile }: ReportedChange['before'], colour: boolean): string =>
  `${verdictText(verdict, colour)} ${reason}${profile === undefined ? '' : ` (${printable(profile)})`}`;
