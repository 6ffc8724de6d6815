import type { AuditSummary, Verdicts } from '../../core/records/summary.ts';

/** The columns of a summary as comma-separated values: each row counts one thing, `by` says by what. */
export const SUMMARY_COLUMNS = ['by', 'name', 'verdict', 'count'];

type Row = readonly [by: string, name: string, verdict: string, count: number];

/** A summary in these columns; what is zero is left out. */
export function summaryRows({ toldOf, verdicts, reasons, namespaces, people, days }: AuditSummary): readonly Row[] {
  const each = (by: string, name: string, counts: Verdicts): Row[] =>
    Object.entries(counts).map(([verdict, count]) => [by, name, verdict, count] as const);
  const rows = [
    ...Object.entries(toldOf).map(([of, count]) => ['record', of, '', count] as const),
    ...each('pod', '', verdicts),
    ...reasons.map(({ of, verdict, reason, count }) => [`${of} reason`, reason, verdict, count] as const),
    ...namespaces.flatMap(({ namespace, ...counts }) => each('namespace', namespace, counts)),
    ...people.flatMap(({ user, workloads, pods, changes, refused }): Row[] => [
      ['user, workloads', user, '', workloads],
      ['user, pods', user, '', pods],
      ['user, changes', user, '', changes],
      ['user, refused', user, 'deny', refused],
    ]),
    ...days.flatMap(({ day, ...counts }) => each('day', day, counts)),
  ];
  return rows.filter(([, , , count]) => count > 0);
}
