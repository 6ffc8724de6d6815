import type { AdoptionPoint } from '../../core/adoption/counts.ts';
import { monthBefore, monthOf } from '../../core/adoption/kept-hours.ts';
import { readMonth } from '../../core/adoption/read-month.ts';
import { storeName } from '../../core/adoption/store-format.ts';
import type { Problem } from '../../core/problem/problem.ts';
import { ApiError } from '../api-error.ts';
import type { KubeTransport } from '../transport.ts';
import { readStoredMonth } from './month-store.ts';

/** What is kept of a time. */
export interface ReadSeries {
  /** Ordered by time. */
  readonly points: readonly AdoptionPoint[];
  /** What cannot be read, and is left out. */
  readonly problems: readonly Problem[];
}

/**
 * Reads what is kept between two times. What cannot be read, for whatever is in it or for lack of a right, is told and left out.
 * @throws ApiError that is no lack of a right, ClusterUnreachable, TimeoutError
 */
export async function readSeries(
  transport: KubeTransport,
  namespace: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<ReadSeries> {
  const months = monthsBetween(from.toISOString(), to.toISOString());
  const read = await Promise.all(months.map((month) => readKept(transport, namespace, month)));
  const isWithin = ({ at }: AdoptionPoint) => Date.parse(at) >= from.getTime() && Date.parse(at) <= to.getTime();
  return {
    points: read.flatMap(({ points }) => points).filter(isWithin),
    problems: read.flatMap(({ problems }) => problems),
  };
}

function monthsBetween(from: string, to: string): readonly string[] {
  const months = [monthOf(to)];
  for (let month = monthBefore(monthOf(to), 1); month >= monthOf(from); month = monthBefore(month, 1))
    months.unshift(month);
  return months;
}

async function readKept(transport: KubeTransport, namespace: string, month: string): Promise<ReadSeries> {
  try {
    const standing = await readStoredMonth(transport, namespace, month);
    return standing === undefined ? { points: [], problems: [] } : readMonth(month, standing.data ?? {});
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    const message = `may not be read, so its days are missing; a Role in ${namespace} with the verb get on this ConfigMap grants it`;
    return { points: [], problems: [{ file: `ConfigMap ${storeName(month)}`, path: '', message }] };
  }
}
