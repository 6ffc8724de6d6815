import { oneOf } from '../../prometheus/matchers.ts';
import type { IstiodReplica } from './gate-scope.ts';

/** Over which time the processor is looked at. */
const CPU_WINDOW = '5m';
/** Over which time changes are, which are rarer. */
const CONVERGENCE_WINDOW = '30m';

const among = (replicas: readonly IstiodReplica[]): string =>
  [
    oneOf(
      'namespace',
      replicas.map(({ namespace }) => namespace),
    ),
    oneOf(
      'pod',
      replicas.map(({ pod }) => pod),
    ),
  ].join(', ');

/** As cAdvisor measures the container, else as istiod says itself. */
const eitherWay = (where: string, measured: (series: string) => string, cAdvisor: string, own: string): string =>
  `sum(max by (namespace, pod) (${measured(`${cAdvisor}{${where}, container="discovery"}`)}) or max by (namespace, pod) (${measured(`${own}{${where}}`)}))`;

/** Queries about replicas of istiod, where there is at least one; each but the first of one number. */
export const ISTIOD_QUERIES = {
  /** Of each replica that is scraped one series, which it has from its start: proxies are counted at those alone that have any. */
  scraped: (replicas: readonly IstiodReplica[]) =>
    `max by (namespace, pod) (istio_build{${among(replicas)}, component="pilot"})`,
  /** In cores. */
  cpu: (replicas: readonly IstiodReplica[]) =>
    eitherWay(
      among(replicas),
      (series) => `rate(${series}[${CPU_WINDOW}])`,
      'container_cpu_usage_seconds_total',
      'process_cpu_seconds_total',
    ),
  /** In bytes. */
  memory: (replicas: readonly IstiodReplica[]) =>
    eitherWay(
      among(replicas),
      (series) => series,
      'container_memory_working_set_bytes',
      'process_resident_memory_bytes',
    ),
  /** Those that are connected: istiod counts them by their version. */
  proxies: (replicas: readonly IstiodReplica[]) => `sum(pilot_xds{${among(replicas)}})`,
  /** The 99th percentile, in seconds. */
  convergence: (replicas: readonly IstiodReplica[]) =>
    `histogram_quantile(0.99, sum by (le) (rate(pilot_proxy_convergence_time_bucket{${among(replicas)}}[${CONVERGENCE_WINDOW}])))`,
} as const;
