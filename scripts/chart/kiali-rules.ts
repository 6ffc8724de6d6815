import { yamlDocument, yamlText } from './yaml-text.ts';

/** What Kiali calls a cluster, and where its names end, unless the values of the chart say otherwise. */
const CLUSTER = 'Kubernetes';
const DOMAIN = 'svc.cluster.local';
const UNKNOWN = 'unknown';

interface Rule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** One side of traffic, as a sidecar sees it. */
interface Vantage {
  /** The name that Envoy’s statistics have for it, as a matcher of Prometheus. */
  readonly is: string;
  /** What is the same for all series. */
  readonly labels: Readonly<Record<string, string>>;
  /** What is told by the labels that a series has. */
  told(series: string): string;
}

const copied = (series: string, to: string, from: string): string => replaced(series, to, '$1', from, '(.*)');
const replaced = (series: string, to: string, value: string, from: string, regex: string): string =>
  `label_replace(${series}, "${to}", "${value}", "${from}", "${regex}")`;

const ENDS = ['workload', 'workload_namespace', 'canonical_service', 'canonical_revision'] as const;
const POD_LABEL = { workload_namespace: 'namespace' } as Readonly<Record<string, string>>;

/** The pod itself as one end of the traffic. */
const own = (end: 'source' | 'destination', series: string): string =>
  ENDS.reduce((inner, what) => copied(inner, `${end}_${what}`, POD_LABEL[what] ?? what), series);

const nobody = (end: 'source' | 'destination') =>
  Object.fromEntries(ENDS.map((what) => [`${end}_${what}`, UNKNOWN] as const));

// src/core/xds/resilience/destination.ts: namespace/service/port, and behind it the Service that a share or a copy goes to
const PART = '([^/]+)';
const DESTINATION = `${PART}/${PART}/[0-9]+|${PART}/[^/]+/[0-9]+/${PART}|[^/]+/[^/]+/[0-9]+/${PART}/${PART}`;
const [NAMESPACE, NAME] = ['$1$3$5', '$2$4$6'];

const destination = (series: string): string =>
  [
    ['destination_service_namespace', NAMESPACE],
    ['destination_service_name', NAME],
    ['destination_service', `${NAME}.${NAMESPACE}.${DOMAIN}`],
  ].reduce((inner, [to = '', value = '']) => replaced(inner, to, value, 'envoy_cluster_name', DESTINATION), series);

const SENT = { reporter: 'source', source_cluster: CLUSTER, ...nobody('destination') };

/** To a Service with traffic values, of which the sidecar of its caller knows the name. */
const TO_DESTINATIONS: Vantage = {
  is: '=~".+/.+"',
  labels: { ...SENT, destination_cluster: CLUSTER },
  told: (series) => destination(own('source', series)),
};

/** To wherever the application has dialled. */
const PASSED_THROUGH: Vantage = {
  is: '="outbound"',
  labels: {
    ...SENT,
    destination_cluster: UNKNOWN,
    destination_service: UNKNOWN,
    // Istio’s name for it, which Kiali knows
    destination_service_name: 'PassthroughCluster',
    destination_service_namespace: UNKNOWN,
  },
  told: (series) => own('source', series),
};

const RECEIVED: Vantage = {
  is: '="inbound"',
  labels: {
    reporter: 'destination',
    source_cluster: UNKNOWN,
    destination_cluster: CLUSTER,
    ...nobody('source'),
    destination_service: UNKNOWN,
    destination_service_name: UNKNOWN,
  },
  told: (series) => copied(own('destination', series), 'destination_service_namespace', 'namespace'),
};

const HTTP = { request_protocol: 'http', response_flags: '-', connection_security_policy: 'none' };
const TCP = { ...HTTP, request_protocol: 'tcp' };

// no sum over pods: of counters that end and begin again with their pods, only rates can be added
const rule = (record: string, of: string, label: string, { is, labels, told }: Vantage, more: object): Rule => ({
  record,
  expr: told(`${of}{${label}${is}}`),
  labels: { ...labels, ...more },
});

const VANTAGES = [TO_DESTINATIONS, PASSED_THROUGH, RECEIVED];
const REQUESTS = VANTAGES.map((vantage): Rule => {
  const { expr, ...rest } = rule(
    'istio_requests_total',
    'envoy_cluster_upstream_rq',
    'envoy_cluster_name',
    vantage,
    HTTP,
  );
  return { ...rest, expr: copied(expr, 'response_code', 'envoy_response_code') };
});

const DURATIONS = ['bucket', 'sum', 'count'].flatMap((part) =>
  VANTAGES.map((vantage) =>
    rule(
      `istio_request_duration_milliseconds_${part}`,
      `envoy_cluster_upstream_rq_time_${part}`,
      'envoy_cluster_name',
      vantage,
      HTTP,
    ),
  ),
);

/** Of whole messages, with their headers. What passes through is left out: its upstream counts what is no HTTP as well. */
const SIZES = [
  ['istio_request_bytes_sum', 'envoy_cluster_upstream_cx_tx_bytes_total', 'envoy_http_downstream_cx_rx_bytes_total'],
  ['istio_response_bytes_sum', 'envoy_cluster_upstream_cx_rx_bytes_total', 'envoy_http_downstream_cx_tx_bytes_total'],
].flatMap(([record = '', sent = '', received = '']) => [
  rule(record, sent, 'envoy_cluster_name', TO_DESTINATIONS, HTTP),
  rule(record, received, 'envoy_http_conn_manager_prefix', RECEIVED, HTTP),
]);

/** Istio calls sent what a server has sent, and received what it got, on both sides. */
const CONNECTIONS = [
  ['istio_tcp_sent_bytes_total', 'envoy_tcp_downstream_cx_tx_bytes_total'],
  ['istio_tcp_received_bytes_total', 'envoy_tcp_downstream_cx_rx_bytes_total'],
  ['istio_tcp_connections_opened_total', 'envoy_tcp_downstream_cx_total'],
].flatMap(([record = '', of = '']) =>
  [PASSED_THROUGH, RECEIVED].map((vantage) => rule(record, of, 'envoy_tcp_prefix', vantage, TCP)),
);

/** charts/pillion/files/kiali-rules.yaml: what the sidecars tell, under the names that Kiali reads. */
export const kialiRules = (): string =>
  yamlText(
    yamlDocument(
      [...REQUESTS, ...DURATIONS, ...SIZES, ...CONNECTIONS],
      'Generated by npm run generate from scripts/chart/kiali-rules.ts.',
    ),
  );
