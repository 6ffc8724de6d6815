import { adminPage } from './admin.ts';
import type { EnvoyMessage } from './types.ts';

/** Both directions, and every destination: namespace/service/port. */
const UPSTREAMS = 'cluster\\.(inbound|outbound|[^.]+/[^.]+)';
const DIRECTIONS = '(inbound|outbound)';

/**
 * What Prometheus is given of a sidecar’s statistics, as regular expressions of RE2 by where Envoy keeps them: what the dashboards and
 * rules of the chart read, those for Kiali included, and what explains them. Envoy has ten times as many, nearly all of them zero
 * for the life of a pod.
 */
const EXPOSED: readonly (readonly [scope: string, ...names: readonly string[]])[] = [
  [
    UPSTREAMS,
    'upstream_rq_(\\d\\d\\d|time|total|active|pending_active|timeout|per_try_timeout|(active|pending)_overflow)',
    'upstream_rq_retry(_success|_overflow|_limit_exceeded)?',
    'upstream_cx_(active|total|connect_fail|overflow|[rt]x_bytes_total)',
    'circuit_breakers\\.default\\.((cx|rq|rq_pending|rq_retry)_open|remaining_(cx|rq|pending|retries))',
    'outlier_detection\\.ejections_(active|overflow|enforced_total)',
    'membership_(healthy|total)',
  ],
  [
    `http\\.${DIRECTIONS}`,
    'downstream_rq_(total|active|\\dxx)',
    'downstream_cx_(total|active|[rt]x_bytes_total)',
    'fault\\..+',
  ],
  [`tcp\\.${DIRECTIONS}`, 'downstream_cx_(total|[rt]x_bytes_total)'],
  ['server', 'live|uptime|state|version', 'memory_.+'],
];

const scopes = EXPOSED.map(([scope, ...names]) => `${scope}\\.(${names.join('|')})`);

const STATS = '/stats/prometheus';
const FILTER = encodeURIComponent(`^(${scopes.join('|')})$`);

/** Where Prometheus reads, and beside it everything, for whoever looks into one pod. */
export const STATS_ROUTES: readonly EnvoyMessage[] = [
  adminPage(STATS, `${STATS}?filter=${FILTER}`),
  adminPage(`${STATS}/all`, STATS),
];
