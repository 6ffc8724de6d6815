/** The counters of an upstream from which it can be told what a sidecar did, by their names in Envoy’s statistics, with _ for each dot. */
export const COUNTERS = [
  'upstream_rq_total',
  'upstream_rq_timeout',
  'upstream_rq_per_try_timeout',
  'upstream_rq_retry',
  'upstream_rq_retry_success',
  'upstream_rq_retry_overflow',
  'upstream_rq_active_overflow',
  'upstream_rq_pending_overflow',
  'outlier_detection_ejections_enforced_total',
  'outlier_detection_ejections_overflow',
] as const;
export type Counter = (typeof COUNTERS)[number];

export type Counted = Readonly<Partial<Record<Counter, number>>>;

const LINE = /^envoy_cluster_(\w+)\{([^}]*)\} (\d+)$/gm;
const UPSTREAM = /(?:^|,)envoy_cluster_name="([^"]*)"/;

/**
 * What a sidecar counted for these upstreams together.
 * @param text its statistics in the format of Prometheus
 */
export function countersOf(text: string, upstreams: readonly string[]): Counted {
  const sums = new Map<Counter, number>();
  for (const [, name, labels = '', value] of text.matchAll(LINE)) {
    const counter = COUNTERS.find((known) => known === name);
    const [, upstream = ''] = UPSTREAM.exec(labels) ?? [];
    if (counter !== undefined && upstreams.includes(upstream))
      sums.set(counter, (sums.get(counter) ?? 0) + Number(value));
  }
  return Object.fromEntries(sums);
}

/** By how much counters grew; what did not is left out. */
export const grownBy = (before: Counted, after: Counted): Counted =>
  Object.fromEntries(
    COUNTERS.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const).filter(([, by]) => by > 0),
  );
