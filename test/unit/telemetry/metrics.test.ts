import { expect, test } from '@jest/globals';
import { Registry } from '@prometheus-io/client';
import { METRIC_TABLE, type MetricRow } from '../../../src/telemetry/metric-table.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { metricsReference } from '../../../src/telemetry/metrics-reference.ts';

const build = { version: '1.2.3', node: 'v24' };
const rows: readonly MetricRow[] = Object.values(METRIC_TABLE);

test('every metric of the table is registered under its name, type and help, and is in the reference', async () => {
  const registry = new Registry();
  createMetrics(registry, build, { process: false });
  const registered = await registry.getMetricsAsJSON();
  expect(registered.map(({ name, type, help }) => ({ name, type, help })).sort(byName)).toEqual(
    rows.map(({ name, type, help }) => ({ name, type, help })).sort(byName),
  );
  for (const { name } of rows) expect(metricsReference()).toContain(`| \`${name}\` |`);
});

test('names follow the conventions of Prometheus', () => {
  for (const { name, type } of rows) {
    expect(name).toMatch(/^pillion_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
  }
});

test('a series whose labels are known starts at zero', async () => {
  const registry = new Registry();
  createMetrics(registry, build, { process: false });
  const text = await registry.metrics();
  expect(text).toContain('pillion_admission_rejected_requests_total{cause="too_slow"} 0');
  expect(text).toContain('pillion_admission_internal_errors_total{cause="internal-error"} 0');
});

test('durations are counted in buckets from a quarter of a millisecond', async () => {
  const metrics = createMetrics(new Registry(), build, { process: false });
  metrics.admission.decided('inject', 'skip', 'not-opted-in', 0.0002);
  metrics.admission.decided('inject', 'skip', 'not-opted-in', 0.0004);
  const { body } = await metrics.text();
  const labels = 'hook="inject",verdict="skip"';
  expect(body).toContain(`pillion_admission_duration_seconds_bucket{le="0.00025",${labels}} 1`);
  expect(body).toContain(`pillion_admission_duration_seconds_bucket{le="0.0005",${labels}} 2`);
});

test('two sets of metrics do not know of each other', async () => {
  const one = createMetrics(new Registry(), build, { process: false });
  const other = createMetrics(new Registry(), build, { process: false });
  one.watch('namespaces').objects(7);
  one.watch('namespaces').contact(1_500);
  expect((await one.text()).body).toContain('pillion_watch_objects{resource="namespaces"} 7');
  expect((await one.text()).body).toContain('timestamp_seconds{resource="namespaces"} 1.5');
  expect((await other.text()).body).not.toContain('namespaces"} 7');
});

test('the process reports its memory, event loop and garbage collection', async () => {
  const metrics = createMetrics(new Registry(), build);
  const { body } = await metrics.text();
  expect(body).toMatch(/process_resident_memory_bytes \d+/);
  expect(body).toMatch(/nodejs_eventloop_lag_p99_seconds/);
  expect(body).toContain('nodejs_gc_duration_seconds');
});

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

test('a policy in mode Shadow has series from its first to its last day, of verdicts alone', async () => {
  const metrics = createMetrics(new Registry(), build, { process: false });
  const [before, after] = [
    { verdict: 'inject', reason: 'opted-in' },
    { verdict: 'deny', reason: 'override-forbidden' },
  ] as const;
  const says = (name: string) => ({ policy: { name, revision: '1' }, result: 'differs' as const, before, after });
  metrics.shadows.asked(['next', 'other']);
  metrics.shadows.decided('inject', says('next'));
  metrics.shadows.decided('inject', says('unknown'));
  const { body } = await metrics.text();
  expect(body).toContain('pillion_shadow_decisions_total{policy="next",hook="inject",result="differs"} 1');
  expect(body).toContain('pillion_shadow_decisions_total{policy="other",hook="workloads",result="failed"} 0');
  expect(body).toContain('pillion_shadow_differences_total{policy="next",verdict="inject",shadow="deny"} 1');
  expect(body).not.toContain('policy="unknown"');
  metrics.shadows.asked(['other']);
  expect((await metrics.text()).body).not.toContain('policy="next"');
});
