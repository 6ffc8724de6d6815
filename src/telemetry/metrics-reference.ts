import { Registry } from '@prometheus-io/client';
import { METRIC_TABLE, type MetricRow } from './metric-table.ts';
import { createMetrics } from './metrics.ts';
import { mostSeries, unitOf } from './series-bounds.ts';

/** The whole of docs/metrics.md as Markdown, ending in a newline. */
export function metricsReference(): string {
  const rows = Object.values(METRIC_TABLE).map(
    (row: MetricRow) =>
      `| \`${row.name}\` | ${row.type} | ${unitOf(row)} | ${labelCell(row)} | ${mostSeries(row)} | ${row.help}${bucketNote(row)} |`,
  );
  return `${[
    '# Metrics',
    '',
    'Served as Prometheus text on `/metrics` of the ops listener. Generated from `src/telemetry/metric-table.ts`.',
    '',
    'No value of a label comes from a request, so no caller can make series. *Series* is how many combinations of labels there are at most',
    '(of a histogram each with its buckets, `_sum` and `_count`); most stay far below, since a reason has one verdict.',
    '',
    '| metric | type | unit | labels | series | meaning |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    '## Of the process',
    '',
    'Under the names that the Prometheus client library gives them.',
    '',
    '| metric | type | unit | labels | meaning |',
    '|---|---|---|---|---|',
    ...processRows(),
  ].join('\n')}\n`;
}

function processRows(): string[] {
  const registry = new Registry();
  createMetrics(registry, { version: '', node: '' });
  return registry
    .getMetricsAsArray()
    .filter(({ name }) => !name.startsWith('pillion_'))
    .map((metric) => {
      const { name, help, type, labelNames = [] } = metric as unknown as ProcessMetric;
      const labels = labelNames.map((label) => `\`${label}\``).join(' ');
      return `| \`${name}\` | ${type} | ${unitOf({ name, type })} | ${labels} | ${help} |`;
    });
}

interface ProcessMetric {
  readonly name: string;
  readonly help: string;
  readonly type: MetricRow['type'];
  readonly labelNames?: readonly string[];
}

function labelCell({ labels }: MetricRow): string {
  const cells = Object.entries(labels).map(([name, values]) =>
    typeof values === 'string'
      ? `\`${name}\`: ${values}`
      : `\`${name}\`: ${values.map((value) => `\`${value}\``).join(' ')}`,
  );
  return cells.length === 0 ? '' : cells.join('<br>');
}

function bucketNote({ buckets }: MetricRow): string {
  return buckets ? ` Buckets: ${buckets.join(', ')}.` : '';
}
