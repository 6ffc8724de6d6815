import type { ProxyUse } from '../../core/capacity/recommended.ts';
import { SIDECAR } from '../../core/sidecar/names.ts';
import type { Prometheus } from '../prometheus/prometheus.ts';

/** Over how long use is looked at, as PromQL has it, and which part of the time it was no more. */
export interface Span {
  readonly window: string;
  readonly percentile: number;
}

// the sidecar has listeners besides, for itself and for Prometheus
const OF_PODS = 'envoy_http_conn_manager_prefix=~"inbound|outbound"';
const ANY = `container="${SIDECAR}",pod!=""`;

/** What was learnt from Prometheus; each part undefined where it says nothing, with why in `missing`. */
export interface FromPrometheus {
  readonly use: readonly ProxyUse[] | undefined;
  readonly headSeries: number | undefined;
  /** Of a sidecar, in both directions together. */
  readonly requestsPerSecond: number | undefined;
  /** Of a hundred requests that sidecars answered. */
  readonly failedPercent: number | undefined;
  readonly missing: readonly string[];
}

/** What Prometheus knows about sidecars, and about itself. */
export async function askPrometheus(
  prometheus: Prometheus,
  { window, percentile }: Span,
  signal: AbortSignal,
): Promise<FromPrometheus> {
  const missing: string[] = [];
  const ask = async (what: string, expression: string) => {
    const answer = await prometheus.query(expression, signal);
    if ('problem' in answer) {
      missing.push(`${what}: Prometheus ${answer.problem}${answer.next === undefined ? '' : `; ${answer.next}`}`);
      return [];
    }
    return answer.samples.filter(({ value }) => Number.isFinite(value));
  };
  const one = async (what: string, expression: string) => (await ask(what, expression))[0]?.value;
  const quantile = percentile / 100;
  // a container that was started again has a series for each of its lives
  const overTime = (series: string) => `max by (namespace, pod) (quantile_over_time(${quantile}, ${series}))`;
  // what cAdvisor counts is what the kubelet acts on; where it is not read the proxy itself tells
  const counted = await ask('memory', overTime(`container_memory_working_set_bytes{${ANY}}[${window}]`));
  const memory =
    counted.length > 0 ? counted : await ask('memory', overTime(`envoy_server_memory_physical_size[${window}]`));
  const cpu = await ask('CPU', overTime(`rate(container_cpu_usage_seconds_total{${ANY}}[5m])[${window}:5m]`));
  const key = ({ namespace = '', pod = '' }: Readonly<Record<string, string>>) => `${namespace}/${pod}`;
  const cores = new Map(cpu.map(({ labels, value }) => [key(labels), value]));
  const use = memory.flatMap(({ labels, value }): ProxyUse[] => {
    const { namespace, pod } = labels;
    return namespace && pod ? [{ namespace, pod, cpu: cores.get(key(labels)), memory: value }] : [];
  });
  return {
    use: use.length > 0 ? use : undefined,
    headSeries: await one('series', 'sum(prometheus_tsdb_head_series)'),
    requestsPerSecond: await one(
      'requests',
      `sum(rate(envoy_http_downstream_rq_total{${OF_PODS}}[${window}])) / count(envoy_server_live)`,
    ),
    failedPercent: await one(
      'failures',
      `100 * sum(rate(envoy_http_downstream_rq_xx{${OF_PODS},envoy_response_code_class="5"}[${window}])) / sum(rate(envoy_http_downstream_rq_xx{${OF_PODS}}[${window}]))`,
    ),
    missing,
  };
}
