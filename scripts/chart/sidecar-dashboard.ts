import { grafana, type Panel } from './grafana.ts';

const PODS = 'namespace=~"$namespace", workload=~"$workload"';
const WHO = `{${PODS}}`;
/** What a sidecar passes on to its own application, and what it sends to others. */
const IN = `{${PODS}, envoy_cluster_name="inbound"}`;
const OUT = `{${PODS}, envoy_cluster_name!="inbound"}`;

const rate = (series: string) => `rate(${series}[$__rate_interval])`;
const by = (labels: string, expression: string) => `sum by (${labels}) (${expression})`;
const each = (metric: string, where = OUT) => by('envoy_cluster_name', rate(metric + where));
const quantile = (share: number, labels: string, where: string) =>
  `histogram_quantile(${share}, ${by(`le, ${labels}`, rate(`envoy_cluster_upstream_rq_time_bucket${where}`))})`;
const most = (metric: string) => `max by (envoy_cluster_name) (${metric}${OUT})`;

const PANELS: readonly Panel[] = [
  { title: 'Sidecars', kind: 'stat', queries: [[`count(envoy_server_live${WHO} == 1)`, 'live']] },
  {
    title: 'Requests received',
    kind: 'stat',
    unit: 'reqps',
    queries: [[`sum(${rate(`envoy_cluster_upstream_rq${IN}`)})`, 'all']],
  },
  {
    title: 'Share of them answered 5xx',
    kind: 'stat',
    unit: 'percentunit',
    queries: [
      [
        `sum(${rate(`envoy_cluster_upstream_rq{${PODS}, envoy_cluster_name="inbound", envoy_response_code=~"5.."}`)}) / sum(${rate(`envoy_cluster_upstream_rq${IN}`)})`,
        '5xx',
      ],
    ],
  },
  {
    title: 'Largest sidecar',
    kind: 'stat',
    unit: 'bytes',
    queries: [[`max(envoy_server_memory_physical_size${WHO})`, 'memory']],
  },
  {
    title: 'Requests received, by code',
    unit: 'reqps',
    queries: [
      [
        by('workload, envoy_response_code', rate(`envoy_cluster_upstream_rq${IN}`)),
        '{{workload}} {{envoy_response_code}}',
      ],
    ],
  },
  {
    title: 'Requests sent, by destination and code',
    unit: 'reqps',
    queries: [
      [
        by('envoy_cluster_name, envoy_response_code', rate(`envoy_cluster_upstream_rq${OUT}`)),
        '{{envoy_cluster_name}} {{envoy_response_code}}',
      ],
    ],
  },
  {
    title: 'Time that applications take to answer',
    unit: 'ms',
    queries: [0.5, 0.95, 0.99].map(
      (share) => [quantile(share, 'workload', IN), `{{workload}} p${share * 100}`] as const,
    ),
  },
  {
    title: 'Time until an answer, by destination',
    unit: 'ms',
    queries: [0.5, 0.95, 0.99].map(
      (share) => [quantile(share, 'envoy_cluster_name', OUT), `{{envoy_cluster_name}} p${share * 100}`] as const,
    ),
  },
  {
    title: 'Retries',
    unit: 'reqps',
    queries: [
      [each('envoy_cluster_upstream_rq_retry'), '{{envoy_cluster_name}}'],
      [each('envoy_cluster_upstream_rq_retry_success'), '{{envoy_cluster_name}} with success'],
    ],
  },
  {
    title: 'Retries given up',
    unit: 'reqps',
    queries: [
      [each('envoy_cluster_upstream_rq_retry_limit_exceeded'), '{{envoy_cluster_name}} after all attempts'],
      [each('envoy_cluster_upstream_rq_retry_overflow'), '{{envoy_cluster_name}} for want of budget'],
    ],
  },
  {
    title: 'Timeouts',
    unit: 'reqps',
    queries: [
      [each('envoy_cluster_upstream_rq_timeout'), '{{envoy_cluster_name}}'],
      [each('envoy_cluster_upstream_rq_per_try_timeout'), '{{envoy_cluster_name}} of one attempt'],
    ],
  },
  {
    title: 'Limits that are reached',
    queries: [
      [most('envoy_cluster_circuit_breakers_default_rq_open'), '{{envoy_cluster_name}} requests'],
      [most('envoy_cluster_circuit_breakers_default_rq_pending_open'), '{{envoy_cluster_name}} waiting'],
      [most('envoy_cluster_circuit_breakers_default_cx_open'), '{{envoy_cluster_name}} connections'],
    ],
  },
  {
    title: 'Requests refused by circuit breakers',
    unit: 'reqps',
    queries: [
      [each('envoy_cluster_upstream_rq_active_overflow'), '{{envoy_cluster_name}} too many requests'],
      [each('envoy_cluster_upstream_rq_pending_overflow'), '{{envoy_cluster_name}} too many waiting'],
    ],
  },
  {
    title: 'Endpoints left out',
    queries: [
      [most('envoy_cluster_outlier_detection_ejections_active'), '{{envoy_cluster_name}}'],
      [
        `sum by (envoy_cluster_name) (increase(envoy_cluster_outlier_detection_ejections_overflow${OUT}[$__rate_interval]))`,
        '{{envoy_cluster_name}} spared',
      ],
    ],
  },
  {
    title: 'Connections',
    queries: [
      [by('envoy_cluster_name', `envoy_cluster_upstream_cx_active${OUT}`), 'to {{envoy_cluster_name}}'],
      [by('workload', `envoy_cluster_upstream_cx_active${IN}`), 'to the application of {{workload}}'],
    ],
  },
  {
    title: 'Connections that could not be made',
    queries: [
      [
        by('workload, envoy_cluster_name', rate(`envoy_cluster_upstream_cx_connect_fail${WHO}`)),
        '{{workload}} {{envoy_cluster_name}}',
      ],
    ],
  },
  {
    title: 'Traffic that is no HTTP',
    unit: 'Bps',
    queries: [
      [
        by('workload, envoy_tcp_prefix', rate(`envoy_tcp_downstream_cx_rx_bytes_total${WHO}`)),
        '{{workload}} {{envoy_tcp_prefix}} from clients',
      ],
      [
        by('workload, envoy_tcp_prefix', rate(`envoy_tcp_downstream_cx_tx_bytes_total${WHO}`)),
        '{{workload}} {{envoy_tcp_prefix}} to clients',
      ],
    ],
  },
  {
    title: 'Memory',
    unit: 'bytes',
    queries: [
      [`max by (workload) (envoy_server_memory_physical_size${WHO})`, '{{workload}} largest'],
      [`max by (workload) (envoy_server_memory_allocated${WHO})`, '{{workload}} in use'],
    ],
  },
];

/** charts/pillion/files/sidecar-dashboard.json: what Grafana shows of the sidecars. */
export const sidecarDashboard = (): string =>
  grafana({
    uid: 'pillion-sidecars',
    title: 'Pillion: sidecars',
    panels: PANELS,
    variables: [
      { name: 'namespace', label: 'Namespace', values: 'label_values(envoy_server_live, namespace)' },
      {
        name: 'workload',
        label: 'Workload',
        values: 'label_values(envoy_server_live{namespace=~"$namespace"}, workload)',
      },
    ],
  });
