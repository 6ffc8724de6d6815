import type { Signals } from '../../sidecar/profiles/signals.ts';
import type { Looked, Lookup } from './lookup.ts';
import { type Phrase, words } from './phrase.ts';

/** What is asked of Prometheus about one workload. */
export function metricLookups({ metrics }: Signals, looked: Looked): readonly Lookup[] {
  if (metrics === undefined)
    return [{ about: 'Metrics', says: words('The sidecar counts nothing: the profile has no feature Observability.') }];
  return (metrics === 'Envoy' ? ofEnvoy(looked) : ofIstio(looked)).map(([says, query]) => ({
    about: 'Metrics',
    says,
    in: 'PromQL',
    query,
  }));
}

type Question = readonly [says: Phrase, query: string];

const WINDOW = '5m';
const rate = (series: string) => `rate(${series}[${WINDOW}])`;
const where = (labels: Readonly<Record<string, string>>, more = '') =>
  `{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ')}${more}}`;

/** The names of src/core/xds/exposed-stats.ts, by the labels that the chart’s PodMonitor gives. */
function ofEnvoy({ namespace, workload }: Looked): readonly Question[] {
  const who = { namespace, workload };
  const received = { ...who, envoy_cluster_name: 'inbound' };
  const requests = (more = '') => `sum(${rate(`envoy_cluster_upstream_rq${where(received, more)}`)})`;
  return [
    [words('Requests received, a second'), requests()],
    [words('Share of them answered with 5xx'), `${requests(', envoy_response_code=~"5.."')} / ${requests()}`],
    [
      words('How long the application takes, 99th percentile, in milliseconds'),
      `histogram_quantile(0.99, sum by (le) (${rate(`envoy_cluster_upstream_rq_time_bucket${where(received)}`)}))`,
    ],
    [
      words('Requests sent, by destination and code'),
      `sum by (envoy_cluster_name, envoy_response_code) (${rate(`envoy_cluster_upstream_rq${where(who, ', envoy_cluster_name!="inbound"')}`)})`,
    ],
    [
      words('Connections that could not be made, by destination'),
      `sum by (envoy_cluster_name) (${rate(`envoy_cluster_upstream_cx_connect_fail${where(who)}`)})`,
    ],
    [words('Memory of the largest sidecar, in bytes'), `max(envoy_server_memory_physical_size${where(who)})`],
  ];
}

/** Istio’s standard metrics: https://istio.io/latest/docs/reference/config/metrics/ */
function ofIstio({ namespace, workload }: Looked): readonly Question[] {
  const received = {
    reporter: 'destination',
    destination_workload_namespace: namespace,
    destination_workload: workload,
  };
  const sent = { reporter: 'source', source_workload_namespace: namespace, source_workload: workload };
  const requests = (more = '') => `sum(${rate(`istio_requests_total${where(received, more)}`)})`;
  return [
    [words('Requests received, a second'), requests()],
    [words('Share of them answered with 5xx'), `${requests(', response_code=~"5.."')} / ${requests()}`],
    [
      words('How long they take, 99th percentile, in milliseconds'),
      `histogram_quantile(0.99, sum by (le) (${rate(`istio_request_duration_milliseconds_bucket${where(received)}`)}))`,
    ],
    [
      words('Requests sent, by destination and code'),
      `sum by (destination_service, response_code) (${rate(`istio_requests_total${where(sent)}`)})`,
    ],
  ];
}
