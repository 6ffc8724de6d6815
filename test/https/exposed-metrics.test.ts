import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HOOKS } from '../../src/core/admission/hook.ts';
import { METRIC_TABLE, type MetricRow } from '../../src/telemetry/metric-table.ts';
import { mostValues } from '../../src/telemetry/series-bounds.ts';
import { freePort } from '../processes/free-port.ts';
import { http2Caller } from './callers.ts';
import { reviewOf } from './reviews.ts';
import { type ServeFiles, serve, serveFiles } from './serving-process.ts';
import { until } from './until.ts';

const PAGE = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

interface Told {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

/** What docs/metrics.md says of each metric. */
const paged: readonly Told[] = [...PAGE.matchAll(/^\| `(\w+)` \| (\w+) \| [^|]+ \| ([^|]*) \|/gm)].map(
  ([, name = '', type = '', labels = '']) => ({
    name,
    type,
    labels: labels
      .split('<br>')
      .flatMap(
        (cell) => /^`(\w+)`(?=:)/.exec(cell)?.[1] ?? [...cell.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
      ),
  }),
);

let files: ServeFiles;
let body: string;
beforeAll(async () => {
  files = await serveFiles();
  const [port, opsPort] = [await freePort(), await freePort()];
  const { child, exit } = serve([...files.flags, '--port', String(port), '--ops-port', String(opsPort)]);
  child.stdout?.resume();
  const metrics = async () => (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  try {
    await until(() =>
      metrics().then(
        (text) => text.includes('pillion_ready{part="admission-listener"} 1'),
        () => false,
      ),
    );
    const caller = http2Caller(`https://127.0.0.1:${port}`, files.authority);
    for (const hook of HOOKS) await caller.call(`/${hook}?timeout=1s`, reviewOf().json);
    await caller.call('/inject', 'no JSON');
    caller.close();
    body = await metrics();
  } finally {
    child.kill('SIGTERM');
    await exit;
  }
});
afterAll(() => files.remove());

const exposed = () => [...body.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);

test('the page names exactly the metrics that a running server exposes, with their types', () => {
  expect(paged.map(({ name, type }) => ({ name, type })).sort(byName)).toEqual(exposed().sort(byName));
  expect(paged.length).toBeGreaterThan(60);
});

/** The samples with labels, by the metrics they belong to. */
const samples = () =>
  [...body.matchAll(/^(\w+)\{([^}]*)\} /gm)].map(([, sample = '', labels = '']) => ({
    name: paged.find(({ name }) => name === sample)?.name ?? sample.replace(/_(bucket|sum|count)$/, ''),
    labels: [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', value = '']) => ({ label, value })),
  }));

test('every label of a sample is on the page', () => {
  expect(samples().length).toBeGreaterThan(100);
  for (const { name, labels } of samples()) {
    // those of histograms and summaries are the format’s own
    const own = labels.map(({ label }) => label).filter((label) => !['le', 'quantile'].includes(label));
    const known = paged.find((metric) => metric.name === name)?.labels ?? [];
    expect({ name, unknown: own.filter((label) => !known.includes(label)) }).toEqual({ name, unknown: [] });
  }
});

test('every value of a label is one of those that the table lists, and there are no more than it says', () => {
  const rows: readonly MetricRow[] = Object.values(METRIC_TABLE);
  for (const { name, labels } of rows)
    for (const [label, values] of Object.entries(labels)) {
      const seen = new Set(
        samples()
          .filter((sample) => sample.name === name)
          .flatMap((sample) => sample.labels)
          .filter((each) => each.label === label)
          .map(({ value }) => value),
      );
      const unlisted = typeof values === 'string' ? [] : [...seen].filter((value) => !values.includes(value));
      expect({ name, label, unlisted }).toEqual({ name, label, unlisted: [] });
      expect(seen.size).toBeLessThanOrEqual(mostValues(values));
    }
});
