import {
  compareWorkloads,
  compatibilityWord,
  type KnownWorkload,
  placeOfKey,
  workloadKey,
  workloadRow,
} from './known-workload.ts';
import {
  choicesAmong,
  isOwnedBy,
  listed,
  NOBODY,
  type Position,
  pageAfter,
  type Reading,
  searchFor,
} from './page-of.ts';
import type { WorkloadPage, WorkloadRow } from './workloads.ts';

/** Which workloads are asked for. */
export interface WorkloadFilter extends Position {
  readonly search?: string;
  readonly namespace?: string;
  readonly tribe?: string;
  readonly squad?: string;
  readonly stage?: string;
  readonly verdict?: string;
  readonly reason?: string;
  readonly compatibility?: string;
}

/**
 * A page of the workloads that may be seen.
 * @param workloads ordered by `compareWorkloads`
 */
export function workloadPage(
  workloads: readonly KnownWorkload[],
  filter: WorkloadFilter,
  visible: (namespace: string) => boolean,
  { asOf, remarks }: Reading,
): WorkloadPage {
  const found = searchFor(filter.search);
  const [ofVerdict, ofReason] = [listed(filter.verdict), listed(filter.reason)];
  const isOf = (wanted: string | undefined, value: string | undefined) => wanted === undefined || wanted === value;
  const start = filter.after === undefined ? undefined : placeOfKey(filter.after);
  const { items, ...page } = pageAfter(workloads, filter, {
    matches: (row) =>
      isOf(filter.namespace, row.namespace) &&
      visible(row.namespace) &&
      isOwnedBy(filter.tribe, row.tribe) &&
      isOwnedBy(filter.squad, row.squad) &&
      (filter.stage === undefined || row.stages.includes(filter.stage)) &&
      ofVerdict(row.verdict) &&
      ofReason(row.reason) &&
      (filter.compatibility === undefined || filter.compatibility === compatibilityWord(row)) &&
      found(`${row.namespace}/${row.owner.slice(row.owner.indexOf('/') + 1)}`),
    isAfter: (row) => start !== undefined && compareWorkloads(row, start) > 0,
    keyOf: workloadKey,
  });
  const rows: WorkloadRow[] = items.map(workloadRow);
  const choices =
    filter.after === undefined
      ? {
          choices: choicesAmong(
            workloads.filter(({ namespace }) => visible(namespace)),
            CHOICES,
          ),
        }
      : {};
  return { items: rows, ...page, ...choices, asOf, remarks: [...remarks] };
}

// on the first page alone: whoever reads on has them
const CHOICES = {
  namespace: ({ namespace }: KnownWorkload) => namespace,
  tribe: ({ tribe }: KnownWorkload) => tribe ?? NOBODY,
  squad: ({ squad }: KnownWorkload) => squad ?? NOBODY,
  stage: ({ stages }: KnownWorkload) => stages,
  verdict: ({ verdict }: KnownWorkload) => verdict,
  reason: ({ reason }: KnownWorkload) => reason,
  compatibility: compatibilityWord,
};
