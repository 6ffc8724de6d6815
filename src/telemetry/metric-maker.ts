import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import type { MetricRow } from './metric-table.ts';

/** Makes metrics of rows of the table, in one registry. */
export interface MetricMaker {
  counter(row: MetricRow): Counter<string>;
  gauge(row: MetricRow): Gauge<string>;
}

export const metricMaker = (registry: Registry): MetricMaker => ({
  counter: (row) => zeroed(new Counter<string>({ ...described(row), registers: [registry] }), row),
  gauge: (row) => new Gauge<string>({ ...described(row), registers: [registry] }),
});

/** What every metric of a row is made of. */
export const described = (row: MetricRow) => ({ name: row.name, help: row.help, labelNames: Object.keys(row.labels) });

/** A series that first appears with its first event has no increase to alert on, so closed ones start at zero. */
function zeroed(counter: Counter<string>, row: MetricRow): Counter<string> {
  const labels = Object.entries(row.labels);
  if (labels.some(([, values]) => typeof values === 'string')) return counter;
  const [label] = labels;
  if (labels.length === 1 && label) for (const value of label[1]) counter.inc({ [label[0]]: value }, 0);
  return counter;
}
