import type { AdoptionPoint } from '../../core/adoption/counts.ts';
import type { Remark } from '../../core/dashboard/document.ts';
import { EMPTY_RECORD, type RolloutRecord } from '../../core/rollout/rollout-record.ts';
import { readSeries } from '../adoption/read-series.ts';
import { readStoredRecord } from '../rollout/stored-record.ts';
import type { DashboardSources } from './dashboard-sources.ts';
import { Remarks, remarkOnProblem } from './what-failed.ts';

/** How far the rollout was, and what of that could not be read. */
export interface ReadPoints {
  readonly points: readonly AdoptionPoint[];
  readonly remarks: readonly Remark[];
}

/** What was done to the rollout, and what of that could not be read. */
export interface ReadRecord {
  readonly record: RolloutRecord;
  readonly remarks: readonly Remark[];
}

const DAY_MS = 86_400_000;
// from the last two weeks the pace of goals is taken, which are of parts of the cluster; of the time before only sums are drawn
const DAYS_WITH_CELLS = 15;

/**
 * Reads how far the rollout was in the last days. What cannot be read is told and left out.
 * @throws ApiError other than a refusal, ClusterUnreachable, TimeoutError
 */
export async function readKeptPoints({ transport, place, now }: DashboardSources, days: number): Promise<ReadPoints> {
  const to = now();
  const from = new Date(to.getTime() - Math.max(days, DAYS_WITH_CELLS) * DAY_MS);
  const { points, problems } = await readSeries(transport, place.namespace, { from, to });
  const cellsFrom = to.getTime() - DAYS_WITH_CELLS * DAY_MS;
  return {
    points: points.map((point) => (Date.parse(point.at) < cellsFrom ? sumsOnly(point) : point)),
    remarks: problems.map(remarkOnProblem),
  };
}

const sumsOnly = ({ at, pods, workloads }: AdoptionPoint): AdoptionPoint => ({ at, pods, workloads });

/**
 * Reads what was done to the rollout. A line that cannot be read is told and passed over.
 * @throws ApiError other than a refusal, ClusterUnreachable, TimeoutError
 */
export async function readRolloutRecord({ transport, place }: DashboardSources): Promise<ReadRecord> {
  const remarks = new Remarks();
  const read = await remarks.unless('the record of the rollout', () => readStoredRecord(transport, place));
  remarks.add(...(read?.problems ?? []).map(remarkOnProblem));
  return { record: read?.record ?? EMPTY_RECORD, remarks: remarks.all };
}
