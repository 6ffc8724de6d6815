import { METRIC_TABLE, type MetricRow } from './metric-table.ts';

/** The whole of docs/metrics.md as Markdown, ending in a newline. */
export function metricsReference(): string {
  const rows = Object.values(METRIC_TABLE).map(
    (row: MetricRow) => `| \`${row.name}\` | ${row.type} | ${labelCell(row)} | ${row.help}${bucketNote(row)} |`,
  );
  return `${[
    '# Metrics',
    '',
    'Served as Prometheus text on `/metrics` of the ops listener. Generated from `src/telemetry/metric-table.ts`.',
    '',
    '| metric | type | labels | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
    'The process itself reports `process_*` (CPU, resident memory, file descriptors) and `nodejs_*` (event loop lag,',
    'garbage collection, heap) under the names that the Prometheus client library gives them.',
  ].join('\n')}\n`;
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
