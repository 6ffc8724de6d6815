import { REASONS } from '../core/decision/reasons.ts';
import type { MetricRow } from './metric-table.ts';

/** How many values a label has at most whose values another catalogue owns, by what the table of metrics says of them. */
const OPEN_VALUES: ReadonlyMap<string, number> = new Map([
  ['the catalogue of reasons (docs/reasons.md)', REASONS.size],
  // those of namespaces, Services, our own objects, the registration, its memory and Lease, Secrets
  ['the watched resources', 16],
  ['the registered kinds', 4],
  ['the registered objects', 24],
  ['of the policy', 1],
  ['of the policy and its profiles', 1],
  ['the policies in mode Shadow, at most 8', 8],
  ['the parts of the process', 12],
  // beside them the sum of the others and what belongs to none
  ['the largest 100 of each kind', 102],
  ['of Pillion', 1],
  ['of Node.js', 1],
]);

/**
 * How many values a label has at most: none comes from a request.
 * @throws Error when nobody has said that of it
 */
export function mostValues(values: MetricRow['labels'][string]): number {
  if (typeof values !== 'string') return values.length;
  const most = OPEN_VALUES.get(values);
  if (most === undefined) throw new Error(`say in series-bounds.ts how many values "${values}" has at most`);
  return most;
}

/** How many combinations of labels a metric has at most. */
export const mostSeries = ({ labels }: MetricRow): number =>
  Object.values(labels).reduce((series, values) => series * mostValues(values), 1);

/** What a metric is counted in, as its name says it by the conventions of Prometheus. */
export function unitOf({ name, type }: Pick<MetricRow, 'name' | 'type'>): string {
  if (name.endsWith('_timestamp_seconds') || name === 'process_start_time_seconds') return 'seconds since 1970';
  const unit = /_(seconds|bytes)(?:_total)?$/.exec(name)?.[1];
  if (unit !== undefined) return unit;
  if (name.endsWith('_info')) return 'always 1';
  if (name.includes('_utilization_')) return 'share of 1';
  return type === 'counter' ? 'times' : 'number';
}
