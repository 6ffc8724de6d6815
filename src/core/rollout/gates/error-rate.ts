import { percent, shareOf } from './amounts.ts';
import { figureOf } from './answers.ts';
import type { GateKind } from './gate-kind.ts';
import type { Limit } from './gate-part.ts';
import { judgedSidecars, type KindOfSidecars, NO_REQUESTS, sidecarQueries } from './sidecar-coverage.ts';

type Window = { readonly window: string };

/** Requests that sidecars passed on to their own application, by the code of the answer. */
const REQUESTS = {
  Envoy: ({ where }: KindOfSidecars, failed: boolean) =>
    `envoy_cluster_upstream_rq{${where}, envoy_cluster_name="inbound"${failed ? ', envoy_response_code=~"5.."' : ''}}`,
  Istio: ({ where }: KindOfSidecars, failed: boolean) =>
    `istio_requests_total{${where}, reporter="destination"${failed ? ', response_code=~"5.."' : ''}}`,
} as const;

/** The share of failures. Where nothing has failed yet there is no series of failures, and their sum is nothing. */
function errorQuery(of: KindOfSidecars, { window }: Window): string {
  const sum = (failed: boolean) => `sum(rate(${REQUESTS[of.kind](of, failed)}[${window}]))`;
  return `(${sum(true)} or vector(0)) / ${sum(false)}`;
}

/** `errorRate`: how many of the requests to sidecars of open stages ended with 500 or more. */
export const ERROR_RATE: GateKind<'errorRate'> = {
  queries: (bounds, scope) => sidecarQueries(scope, (of) => errorQuery(of, bounds)),
  judge(bounds, { scope, answers }) {
    const limit: Limit = {
      what: `requests that failed over ${bounds.window}`,
      at: 'most',
      bound: shareOf(bounds.most),
      written: percent,
      next: 'see the dashboard pillion-sidecars for the workloads that fail',
    };
    return judgedSidecars(limit, scope, answers, (of) => figureOf(errorQuery(of, bounds), answers, NO_REQUESTS));
  },
};
