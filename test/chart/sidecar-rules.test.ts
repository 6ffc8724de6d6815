import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Alert, firing, type Labels, type Series, type TestedRules, testedRules } from './tested-rules.ts';

const OF_POD = 'namespace="shop",pod="web-1",workload="web",canonical_service="web",canonical_revision="v1"';
const TO_PRICES = `${OF_POD},envoy_cluster_name="shop/prices/8080"`;
const IT: Labels = { namespace: 'shop', workload: 'web', envoy_cluster_name: 'shop/prices/8080' };
const POD: Labels = { namespace: 'shop', pod: 'web-1' };
const MINUTES = 120;
const MIB = 2 ** 20;

const constant = (value: number) => `${value}x${MINUTES}`;
const growing = (by: number) => `0+${by}x${MINUTES}`;
const upstream = (name: string, more = '') => `envoy_cluster_${name}{${TO_PRICES}${more}}`;
const answered = (code: number) => upstream('upstream_rq', `,envoy_response_code="${code}"`);

/** A sidecar whose destination answers, with a little of everything that is no trouble yet. */
const HEALTHY: Series = {
  [answered(200)]: growing(1000),
  [answered(503)]: growing(10),
  [`envoy_cluster_upstream_rq{${OF_POD},envoy_cluster_name="inbound",envoy_response_code="500"}`]: growing(1000),
  [upstream('circuit_breakers_default_rq_open')]: '0 1 '.repeat(MINUTES / 2),
  [upstream('circuit_breakers_default_rq_pending_open')]: constant(0),
  [upstream('circuit_breakers_default_cx_open')]: constant(1),
  [upstream('upstream_rq_active_overflow')]: growing(5),
  [upstream('upstream_rq_pending_overflow')]: growing(5),
  [upstream('upstream_rq_retry_overflow')]: constant(7),
  [upstream('outlier_detection_ejections_active')]: '0x10 1x5 0x105',
  [upstream('outlier_detection_ejections_overflow')]: constant(3),
  [`envoy_server_memory_physical_size{${OF_POD}}`]: constant(100 * MIB),
  'kube_pod_init_container_resource_limits{namespace="shop",pod="web-1",container="istio-proxy",resource="memory"}':
    constant(128 * MIB),
  [`up{${OF_POD},job="pillion-system/pillion-sidecars"}`]: constant(1),
  [`up{${OF_POD},job="applications"}`]: constant(0),
};

/** What makes each alert fire, beside or in place of the healthy series, and the labels that it then has. */
const TROUBLES: Readonly<Record<string, readonly [Series, Labels]>> = {
  PillionSidecarBreakerOpen: [{ [upstream('circuit_breakers_default_rq_pending_open')]: constant(1) }, IT],
  PillionSidecarRefusesRequests: [{ [upstream('upstream_rq_active_overflow')]: growing(60) }, IT],
  PillionSidecarEjects: [{ [upstream('outlier_detection_ejections_active')]: constant(1) }, IT],
  PillionSidecarSpares: [{ [upstream('outlier_detection_ejections_overflow')]: growing(1) }, IT],
  PillionSidecarRetriesWithheld: [{ [upstream('upstream_rq_retry_overflow')]: growing(1) }, IT],
  PillionDestinationFails: [{ [answered(503)]: growing(100) }, IT],
  PillionSidecarMemory: [{ [`envoy_server_memory_physical_size{${OF_POD}}`]: constant(120 * MIB) }, POD],
  PillionSidecarUnread: [{ [`up{${OF_POD},job="pillion-system/pillion-sidecars"}`]: constant(0) }, POD],
};

let rules: TestedRules;

beforeAll(async () => {
  rules = await testedRules('pillion-sidecars');
});

afterAll(() => rules?.remove());

const PASSED = { code: 0, output: expect.stringContaining('SUCCESS') };

test('every rule is one that Prometheus takes', async () => {
  expect(await rules.checked()).toEqual(PASSED);
});

describe('alerts', () => {
  test('none fires where nothing is the matter', async () => {
    expect(await rules.judged('nothing', HEALTHY, () => [])).toEqual(PASSED);
  });

  test('there is a trouble for each', () => {
    expect(Object.keys(TROUBLES).sort()).toEqual(rules.alerts.map(({ alert }) => alert).sort());
  });

  test.each(Object.entries(TROUBLES))('%s fires, with its words', async (name, [series, labels]) => {
    const alert = rules.alerts.find((each) => each.alert === name) as Alert;
    const expected = [firing(alert, labels)];
    const fires = (each: Alert) => (each === alert ? expected : []);
    expect(await rules.judged(name, { ...HEALTHY, ...series }, fires)).toEqual(PASSED);
  });

  test('the limit of an ordinary container counts as well', async () => {
    const limit =
      'kube_pod_container_resource_limits{namespace="shop",pod="web-1",container="istio-proxy",resource="memory"}';
    const series = {
      [`envoy_server_memory_physical_size{${OF_POD}}`]: constant(120 * MIB),
      [limit]: constant(128 * MIB),
    };
    const fires = (each: Alert) => (each.alert === 'PillionSidecarMemory' ? [firing(each, POD)] : []);
    expect(await rules.judged('ordinary', series, fires)).toEqual(PASSED);
  });
});

describe('what Kiali is told', () => {
  const DESTINATIONS =
    'sum by (destination_service, destination_service_name, destination_service_namespace) (istio_requests_total)';

  test.each([
    ['shop/prices/8080', 'prices', 'shop'],
    ['shop/prices/8080/prices-v2', 'prices-v2', 'shop'],
    ['shop/prices/8080/copies/prices', 'prices', 'copies'],
  ])('%s is the Service %s of %s', async (cluster, name, namespace) => {
    const series = `envoy_cluster_upstream_rq{${OF_POD},envoy_cluster_name="${cluster}",envoy_response_code="200"}`;
    const labels = `{destination_service="${name}.${namespace}.svc.cluster.local", destination_service_name="${name}", destination_service_namespace="${namespace}"}`;
    const samples = { [DESTINATIONS]: [{ labels, value: 105 }] };
    expect(await rules.evaluated('names', { [series]: growing(1) }, samples)).toEqual(PASSED);
  });

  test('cluster and domain are those of the values', async () => {
    const renamed = await testedRules('pillion-sidecars', 'ci/policy-values.yaml');
    const expression =
      'sum by (source_cluster, destination_cluster, destination_service) (istio_requests_total{reporter="source"})';
    const labels =
      '{source_cluster="1234", destination_cluster="1234", destination_service="prices.shop.svc.example.internal"}';
    const samples = { [expression]: [{ labels, value: 105 }] };
    expect(await renamed.evaluated('renamed', { [answered(200)]: growing(1) }, samples)).toEqual(PASSED);
    await renamed.remove();
  });

  test('a pod that begins again makes no burst of requests', async () => {
    const restarted = { [answered(200)]: `0+60x60 0+60x${MINUTES - 60}` };
    const samples = { 'sum(increase(istio_requests_total[105m])) < bool 6400': [{ labels: '{}', value: 1 }] };
    expect(await rules.evaluated('restarted', restarted, samples)).toEqual(PASSED);
  });
});
