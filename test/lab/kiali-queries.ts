import { SHOP } from './shop.ts';

/** A query that Kiali sends, with names of the lab in it. */
export interface KialiQuery {
  readonly what: string;
  readonly query: string;
}

const EDGE =
  'source_cluster,source_workload_namespace,source_workload,source_canonical_service,source_canonical_revision,destination_cluster,destination_service_namespace,destination_service,destination_service_name,destination_workload_namespace,destination_workload,destination_canonical_service,destination_canonical_revision';
const REQUESTS = `${EDGE},request_protocol,response_code,grpc_response_status,response_flags`;
const TIMES = `le,${EDGE},request_protocol`;
const NEVER_ARRIVED = `source_workload_namespace!="${SHOP}",destination_workload_namespace="unknown",destination_workload="unknown",destination_service=~"^.+\\\\.${SHOP}\\\\..+$"`;

const rated = (metric: string, labels: string, by: string) =>
  `round(sum(rate(${metric}{${labels}} [10s])) by (${by}) > 0,0.001)`;
const time = (labels: string) =>
  `round(histogram_quantile(0.95, sum(rate(istio_request_duration_milliseconds_bucket{${labels}}[10s])) by (${TIMES})) > 0,0.001)`;
const health = (labels: string) => `rate(istio_requests_total{${labels}}[10s]) > 0`;

/**
 * What Kiali asks Prometheus for its graph (buildNamespaceTrafficMap in graph/telemetry/istio/istio.go, and the appenders responseTime
 * and throughput beside it) and for health (prometheus/metrics.go), as of its version 2; its interval is some seconds here.
 */
export const KIALI_QUERIES: readonly KialiQuery[] = [
  {
    what: 'graph: requests from other namespaces',
    query: rated('istio_requests_total', `reporter="source",${NEVER_ARRIVED}`, REQUESTS),
  },
  {
    what: 'graph: requests that came to workloads',
    query: rated('istio_requests_total', `reporter="destination",destination_workload_namespace="${SHOP}"`, REQUESTS),
  },
  {
    what: 'graph: requests that workloads sent',
    query: rated('istio_requests_total', `reporter="source",source_workload_namespace="${SHOP}"`, REQUESTS),
  },
  {
    what: 'graph: TCP that came to workloads',
    query: rated(
      'istio_tcp_sent_bytes_total',
      `app!="ztunnel",reporter="destination",destination_workload_namespace="${SHOP}"`,
      `app,${EDGE},response_flags`,
    ),
  },
  {
    what: 'graph: TCP that workloads opened',
    query: rated(
      'istio_tcp_received_bytes_total',
      `app!="ztunnel",reporter="source",source_workload_namespace="${SHOP}"`,
      `app,${EDGE},response_flags`,
    ),
  },
  {
    what: 'graph: response times at the destination',
    query: time(`reporter=~"destination|waypoint",destination_service_namespace="${SHOP}"`),
  },
  {
    what: 'graph: response times at the source',
    query: time(`reporter=~"source|waypoint",source_workload_namespace="${SHOP}"`),
  },
  {
    what: 'graph: throughput of requests',
    query: rated('istio_request_bytes_sum', `reporter="source",source_workload_namespace="${SHOP}"`, EDGE),
  },
  {
    what: 'graph: throughput of responses',
    query: rated(
      'istio_response_bytes_sum',
      `reporter="destination",source_workload_namespace!="${SHOP}",destination_service_namespace="${SHOP}"`,
      EDGE,
    ),
  },
  {
    what: 'health: of a namespace, from outside',
    query: health(
      `destination_service_namespace="${SHOP}",source_workload_namespace!="${SHOP}",destination_cluster="Kubernetes"`,
    ),
  },
  {
    what: 'health: of a namespace, from inside',
    query: health(`source_workload_namespace="${SHOP}",source_cluster="Kubernetes"`),
  },
  {
    what: 'health: of a Service',
    query: health(
      `destination_service_name="timing",destination_service_namespace="${SHOP}",destination_cluster=~"Kubernetes|unknown"`,
    ),
  },
  {
    what: 'health: of a workload, what it gets',
    query: health(
      `destination_workload_namespace="${SHOP}",destination_workload="backend",destination_cluster="Kubernetes"`,
    ),
  },
  {
    what: 'health: of a workload, what it sends',
    query: health(`source_workload_namespace="${SHOP}",source_workload="client",source_cluster="Kubernetes"`),
  },
  {
    what: 'health: of an application',
    query: health(
      `destination_workload_namespace="${SHOP}",destination_canonical_service="backend",destination_cluster="Kubernetes"`,
    ),
  },
  {
    what: 'metrics of a workload: requests',
    query: `sum(rate(istio_requests_total{reporter="source",source_workload_namespace="${SHOP}",source_workload="client"}[10s]))`,
  },
  {
    what: 'metrics of a workload: errors',
    query: `sum(rate(istio_requests_total{reporter="source",source_workload_namespace="${SHOP}",source_workload="client",response_code=~"^0$|^[4-5]\\\\d\\\\d$"}[10s]))`,
  },
  {
    what: 'metrics of a workload: mean time',
    query: `sum(rate(istio_request_duration_milliseconds_sum{reporter="destination",destination_workload="backend"}[10s])) / sum(rate(istio_request_duration_milliseconds_count{reporter="destination",destination_workload="backend"}[10s]))`,
  },
  {
    what: 'metrics of a workload: connections',
    query: `sum(rate(istio_tcp_connections_opened_total{reporter="destination",destination_workload="backend"}[10s]))`,
  },
];
