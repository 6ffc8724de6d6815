import type { Sample } from '../../prometheus/instant-answer.ts';
import { oneOf } from '../../prometheus/matchers.ts';
import { countOf } from './amounts.ts';
import { type Answers, mapped, seriesOf } from './answers.ts';
import { type GatePart, judgedFigure, type Limit, type Measured, nothingYet } from './gate-part.ts';
import type { GateScope, OpenSidecar, SidecarKind } from './gate-scope.ts';

/** Sidecars of one kind, with the matcher that selects the series of their namespaces. */
export interface KindOfSidecars {
  readonly kind: SidecarKind;
  readonly sidecars: readonly OpenSidecar[];
  /** Such as `namespace=~"shop|street"`. */
  readonly where: string;
}

const KINDS: readonly SidecarKind[] = ['Envoy', 'Istio'];

/** The sidecars of the open stages that run, by which metrics they have. */
const kindsOf = ({ openSidecars }: GateScope): readonly KindOfSidecars[] =>
  KINDS.flatMap((kind) => {
    const sidecars = openSidecars.filter((one) => one.kind === kind && one.runs);
    if (sidecars.length === 0) return [];
    return [
      {
        kind,
        sidecars,
        where: oneOf(
          'namespace',
          sidecars.map(({ namespace }) => namespace),
        ),
      },
    ];
  });

/** Which sidecars Prometheus reads: the metric is one of both kinds, and some are scraped twice. */
const coverageQuery = ({ where }: KindOfSidecars): string => `max by (namespace, pod) (envoy_server_live{${where}})`;

/** What has to be asked for a figure of each kind of sidecars, so that `judgedSidecars` can judge it. */
export const sidecarQueries = (scope: GateScope, query: (of: KindOfSidecars) => string): readonly string[] =>
  kindsOf(scope).flatMap((of) => [coverageQuery(of), query(of)]);

// of a pod that has just come Prometheus knows nothing yet
const LEAST_COVERED = 0.9;

/** A figure of sidecars counts where Prometheus reads nine of ten of them: the others might be the ones that are in trouble. */
function covered(figure: Measured, of: KindOfSidecars, answers: Answers): Measured {
  return mapped(figure, (known) => {
    const query = coverageQuery(of);
    const series = seriesOf(query, answers, { missing: `Prometheus reads no ${of.kind} sidecar`, next: SCRAPE });
    if ('missing' in series) return series;
    const read = byPod(series);
    const seen = of.sidecars.filter((sidecar) => read.has(podKey(sidecar))).length;
    if (seen >= LEAST_COVERED * of.sidecars.length) return known;
    const missing = `Prometheus reads ${seen} of the ${countOf(of.sidecars.length, 'sidecar')} that run`;
    return { missing, next: SCRAPE, query };
  });
}

/** The values of series by the pod that they are of. */
export const byPod = (series: readonly Sample[]): ReadonlyMap<string, number> =>
  new Map(series.map(({ labels: { namespace = '', pod = '' }, value }) => [podKey({ namespace, pod }), value]));

export const podKey = ({ namespace, pod }: Pick<OpenSidecar, 'namespace' | 'pod'>): string => `${namespace}/${pod}`;

/** What to do where Prometheus does not know the sidecars. */
export const SCRAPE = 'have Prometheus scrape the sidecars, see docs/observability-metrics.md, and wait a minute';

/**
 * Judges a figure of the sidecars in the open stages, of each kind on its own.
 * @param measure the figure of one kind
 */
export function judgedSidecars(
  limit: Limit,
  scope: GateScope,
  answers: Answers,
  measure: (of: KindOfSidecars) => Measured,
): readonly GatePart[] {
  if (scope.openStages.length === 0) return [nothingYet(limit)];
  const kinds = kindsOf(scope);
  if (kinds.length === 0) return [judgedFigure(limit, noSidecars(scope))];
  return kinds.map((of) => {
    const what = kinds.length === 1 ? limit.what : `${limit.what} (${of.kind})`;
    return judgedFigure({ ...limit, what }, covered(measure(of), of, answers));
  });
}

/** That stages are open, and nothing came of it. */
export const noSidecars = ({ openStages }: GateScope): Measured => ({
  missing: `no sidecar runs in the open ${openStages.length === 1 ? 'stage' : 'stages'} ${openStages.join(', ')}`,
  next: 'pillion rollout restart --missing gives the pods of an open stage their sidecars',
});

/** That sidecars are read, and no request came to any. */
export const NO_REQUESTS = {
  missing: 'Prometheus knows of no request to the sidecars in that time',
  next: `wait for traffic, or give the gate a longer window; if there was some: ${SCRAPE}`,
};
