import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chartObject } from '../prometheus/chart-object.ts';
import { panelQueries } from '../prometheus/panels.ts';
import { KIALI_QUERIES } from './kiali-queries.ts';
import { SHOP } from './shop.ts';
import { STREET, startWatchedShop, type WatchedShop } from './watched-shop.ts';

let shop: WatchedShop;

beforeAll(async () => {
  shop = await startWatchedShop();
});

afterAll(async () => shop?.stop());

/** The largest value that any series of an expression had since the traffic began. */
async function most(expression: string): Promise<number> {
  const histories = await shop.prometheus.history(expression, shop.since);
  return Math.max(...histories.flatMap(({ values }) => values).filter((value) => !Number.isNaN(value)));
}

describe('every query of the dashboard of sidecars shows what has happened', () => {
  const queries = panelQueries('sidecar-dashboard.json').map((query) => [query.title, query.legend, query.expression]);

  test.each(queries)('%s: %s', async (_title, _legend, expression = '') => {
    expect(await most(expression)).toBeGreaterThan(0);
  });
});

test('every metric that an alert reads is one that sidecars expose', async () => {
  const { spec } = await chartObject<{ spec: { groups: { rules: { alert?: string; expr: string }[] }[] } }>(
    'PrometheusRule',
    'pillion-sidecars',
  );
  const alerts = spec.groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);
  const metrics = new Set(alerts.flatMap(({ expr }) => expr.match(/\benvoy_[a-z0-9_]+(?=[{[)\s]|$)/g) ?? []));
  metrics.delete('envoy_cluster_name');
  expect(metrics.size).toBeGreaterThan(5);
  for (const metric of metrics)
    expect([metric, (await shop.prometheus.query(metric)).length > 0]).toEqual([metric, true]);
});

describe('queries of Kiali return data', () => {
  test.each(KIALI_QUERIES)('$what', async ({ query }) => {
    expect(await most(query)).toBeGreaterThan(0);
  });

  test('and no series lacks a label without which Kiali leaves it out', async () => {
    const ends = ['workload_namespace', 'workload', 'canonical_service', 'canonical_revision', 'cluster'];
    const services = ['destination_service', 'destination_service_name', 'destination_service_namespace'];
    const labels = [...ends.flatMap((end) => [`source_${end}`, `destination_${end}`]), ...services];
    for (const metric of [
      'istio_requests_total',
      'istio_request_duration_milliseconds_count',
      'istio_tcp_sent_bytes_total',
    ])
      for (const sample of await shop.prometheus.query(metric))
        expect(labels.filter((label) => !sample.labels[label])).toEqual([]);
  });

  test('an edge has as many requests as its callers have sent', async () => {
    const edge = `istio_requests_total{reporter="source",source_workload="visitor",destination_service_name="timing"}`;
    const [sent] = await shop.prometheus.query(`sum by (source_workload_namespace, response_code) (${edge})`);
    expect(sent).toEqual({ labels: { source_workload_namespace: STREET, response_code: '200' }, value: 40 });
    const [received] = await shop.prometheus.query(
      `sum by (destination_workload_namespace) (istio_requests_total{reporter="destination",destination_workload="backend"})`,
    );
    expect(received?.labels).toEqual({ destination_workload_namespace: SHOP });
  });
});

test('a sidecar that calls eight Services shows some hundred series, and what Kiali is told of it is less', async () => {
  const count = async (names: string) =>
    (await shop.prometheus.query(`count({__name__=~"${names}", pod="client"})`))[0]?.value;
  const shown = await count('envoy_.+');
  expect(shown).toBeGreaterThan(200);
  expect(shown).toBeLessThan(700);
  const told = await count('istio_.+');
  expect(told).toBeLessThan(shown ?? 0);
});
