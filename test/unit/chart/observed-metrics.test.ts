import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { METRIC_TABLE, type MetricRow } from '../../../src/telemetry/metric-table.ts';

const file = (name: string) => readFileSync(new URL(`../../../charts/pillion/files/${name}`, import.meta.url), 'utf8');
const alerts: { alert: string; expr: string }[] = parse(file('alerts.yaml'));
const panels: { title: string; targets: { expr: string; legendFormat: string }[] }[] = JSON.parse(
  file('dashboard.json'),
).panels;
const expressions = [
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
];

const ROWS: ReadonlyMap<string, MetricRow> = new Map(Object.values(METRIC_TABLE).map((row) => [row.name, row]));
const rowOf = (series: string) => ROWS.get(series) ?? ROWS.get(series.replace(/_(bucket|sum|count)$/, ''));
// what Prometheus itself adds, and the buckets of a histogram
const OF_EVERY_SERIES = ['pod', 'instance', 'le'];

describe.each(expressions)('%s', (_name, expression) => {
  const series = [...expression.matchAll(/\bpillion_\w+/g)].map(([name]) => name);

  test('reads only metrics that there are', () => {
    expect(series.length).toBeGreaterThan(0);
    expect(series.filter((name) => rowOf(name) === undefined)).toEqual([]);
  });

  test('groups and selects only by labels that they have', () => {
    const known = [...OF_EVERY_SERIES, ...series.flatMap((name) => Object.keys(rowOf(name)?.labels ?? {}))];
    const grouped = [...expression.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, labels = '']) =>
      labels.split(/, */),
    );
    const selected = [...expression.matchAll(/[{,]\s*(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
    expect([...grouped, ...selected].filter((label) => !known.includes(label))).toEqual([]);
  });

  test('selects only values that a label can have', () => {
    for (const [, name = '', selector = ''] of expression.matchAll(/\b(pillion_\w+)\{([^}]*)\}/g))
      for (const [, label = '', values = ''] of selector.matchAll(/(\w+)(?:=~|!~|!=|=)"([^"]*)"/g)) {
        const accepted = rowOf(name)?.labels[label];
        if (Array.isArray(accepted)) expect(accepted).toEqual(expect.arrayContaining(values.split('|')));
      }
  });
});

test('no alert is named twice', () => {
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
});
