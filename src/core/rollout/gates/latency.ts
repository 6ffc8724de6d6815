import { durationMs, milliseconds } from './amounts.ts';
import { figureOf } from './answers.ts';
import type { BoundsOf, GateKind } from './gate-kind.ts';
import type { Limit } from './gate-part.ts';
import { judgedSidecars, type KindOfSidecars, NO_REQUESTS, sidecarQueries } from './sidecar-coverage.ts';

/** How long requests took that sidecars passed on to their own application, in milliseconds. */
const TIMES = {
  Envoy: ({ where }: KindOfSidecars) => `envoy_cluster_upstream_rq_time_bucket{${where}, envoy_cluster_name="inbound"}`,
  Istio: ({ where }: KindOfSidecars) => `istio_request_duration_milliseconds_bucket{${where}, reporter="destination"}`,
} as const;

const latencyQuery = (of: KindOfSidecars, { quantile, window }: BoundsOf<'latency'>): string =>
  `histogram_quantile(${quantile}, sum by (le) (rate(${TIMES[of.kind](of)}[${window}])))`;

/** `latency`: how long a request to a sidecar of an open stage takes. */
export const LATENCY: GateKind<'latency'> = {
  queries: (bounds, scope) => sidecarQueries(scope, (of) => latencyQuery(of, bounds)),
  judge(bounds, { scope, answers }) {
    const limit: Limit = {
      what: `the ${Number((bounds.quantile * 100).toPrecision(4))}th percentile of the time that requests took over ${bounds.window}`,
      at: 'most',
      bound: durationMs(bounds.most),
      written: milliseconds,
      next: 'see the dashboard pillion-sidecars for the workloads that are slow',
    };
    return judgedSidecars(limit, scope, answers, (of) => figureOf(latencyQuery(of, bounds), answers, NO_REQUESTS));
  },
};
