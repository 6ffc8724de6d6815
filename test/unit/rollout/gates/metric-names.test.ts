import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { queriesOf } from '../../../../src/core/rollout/gates/judge-gates.ts';
import { EVERY_GATE, evidenceOf, sidecar } from '../../../core-fixtures/gate-evidence.ts';

const text = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

/** What sidecars expose: test/lab/watched.test.ts sends every query of these files to a Prometheus that reads real ones. */
const OF_SIDECARS = ['sidecar-dashboard.json', 'sidecar-alerts.yaml', 'kiali-rules.yaml'].map((file) =>
  text(`charts/pillion/files/${file}`),
);

/** Metrics of programs that are not ours, by where their authors name them. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  // https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md
  container_memory_working_set_bytes: 'cAdvisor',
  container_cpu_usage_seconds_total: 'cAdvisor',
  // https://istio.io/latest/docs/reference/commands/pilot-discovery/#metrics
  pilot_xds: 'istiod',
  pilot_proxy_convergence_time_bucket: 'istiod',
  // https://github.com/istio/istio/blob/master/pkg/version/stats.go, recorded by istiod when it begins to serve its metrics
  istio_build: 'istiod',
  // https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
  process_cpu_seconds_total: 'istiod',
  process_resident_memory_bytes: 'istiod',
  // https://github.com/open-telemetry/opentelemetry-collector/blob/main/exporter/exporterhelper/documentation.md
  otelcol_exporter_queue_size: 'the collector',
  otelcol_exporter_queue_capacity: 'the collector',
  // of Prometheus itself: test/cluster/rollout-gates.test.ts asks a real one
  prometheus_tsdb_head_series: 'Prometheus',
  scrape_samples_post_metric_relabeling: 'Prometheus',
};

const sidecars = [sidecar('cart-1'), sidecar('cart-2', { kind: 'Istio' })];
const queries = queriesOf(EVERY_GATE, evidenceOf({ scope: { openSidecars: sidecars } }));
const NAME = /\b(?:envoy|istio|container|pilot|process|otelcol|prometheus|scrape)_[a-z_]+\b(?!=|\s*=)/g;
const metrics = new Set(
  // what stands in quotation marks is a value of a label
  queries.flatMap((query) => query.replace(/"[^"]*"/g, '""').match(NAME) ?? []),
);
const LABELS = new Set(['envoy_cluster_name', 'envoy_response_code']);

test('every metric that gates ask for is one that its program exposes', () => {
  const unknown = [...metrics].filter(
    (metric) =>
      !LABELS.has(metric) && !Object.hasOwn(OF_OTHERS, metric) && !OF_SIDECARS.some((file) => file.includes(metric)),
  );
  expect(unknown).toEqual([]);
  // and each of them is asked for
  for (const metric of Object.keys(OF_OTHERS)) expect(metrics).toContain(metric);
  for (const metric of [
    'envoy_server_live',
    'envoy_cluster_upstream_rq',
    'envoy_cluster_upstream_rq_time_bucket',
    'envoy_server_memory_physical_size',
    'istio_requests_total',
    'istio_request_duration_milliseconds_bucket',
  ])
    expect(metrics).toContain(metric);
});

test('a query asks of no more than the namespaces of the open stages, or the pods of istiod', () => {
  const scoped = queries.filter((query) => !/otelcol_|prometheus_|scrape_/.test(query));
  expect(scoped.length).toBeGreaterThan(6);
  for (const query of scoped)
    for (const selector of query.match(/\{[^}]*\}/g) ?? [])
      expect(selector).toMatch(/^\{namespace="(shop|istio-system)"/);
});
