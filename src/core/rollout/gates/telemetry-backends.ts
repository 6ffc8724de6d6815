import { MEASURED_TELEMETRY } from '../../capacity/telemetry.generated.ts';
import { count, countOf, percent, shareOf } from './amounts.ts';
import { type Answers, figureOf, mapped } from './answers.ts';
import type { BoundsOf, Evidence, GateKind } from './gate-kind.ts';
import { judgedFigure, type Limit, type Measured, type Missing } from './gate-part.ts';

type Bounds = BoundsOf<'telemetryBackends'>;

/** Of a Prometheus of several parts the largest: which of them reads the new sidecars is not known. */
const HEAD_SERIES = 'max(prometheus_tsdb_head_series)';

/** Series of a sidecar, as Prometheus counts them at each scrape; the jobs are those of the chart and of deploy/prometheus. */
const SERIES_EACH = 'avg(scrape_samples_post_metric_relabeling{job=~"(.+/)?pillion-sidecars"})';

/** An exporter of the OpenTelemetry Collector, for spans and for log lines; the fullest one. */
const QUEUE = 'max(otelcol_exporter_queue_size / (otelcol_exporter_queue_capacity > 0))';

/** What Prometheus notes of each target itself: up and four about the scrape, of https://prometheus.io/docs/concepts/jobs_instances/. */
const SERIES_OF_A_TARGET = 5;

/** `telemetryBackends`: whether Prometheus and the collectors carry what the sidecars of the stage tell. */
export const TELEMETRY_BACKENDS: GateKind<'telemetryBackends'> = {
  queries: ({ headSeries, queue }) => [
    ...(headSeries === undefined ? [] : [HEAD_SERIES, SERIES_EACH]),
    ...(queue === undefined ? [] : [QUEUE]),
  ],
  judge: (bounds, evidence) => limitsOf(bounds).map(([limit, measure]) => judgedFigure(limit, measure(evidence))),
};

function limitsOf({ headSeries, queue }: Bounds): readonly (readonly [Limit, (evidence: Evidence) => Measured])[] {
  const head: Omit<Limit, 'bound'> = {
    what: 'series in Prometheus after the stage',
    at: 'most',
    written: count,
    next: 'give Prometheus more memory and raise the bound, or take series away; pillion capacity tells how many there will be',
  };
  const full: Omit<Limit, 'bound'> = {
    what: 'how full the fullest queue of the collectors is',
    at: 'most',
    written: percent,
    next: 'see why its backend is slow; give the collector more consumers or replicas',
  };
  return [
    ...(headSeries === undefined ? [] : [[{ ...head, bound: headSeries }, measuredSeries] as const]),
    ...(queue === undefined ? [] : [[{ ...full, bound: shareOf(queue) }, measuredQueue] as const]),
  ];
}

function measuredSeries({ scope, answers }: Evidence): Measured {
  const now = figureOf(HEAD_SERIES, answers, {
    missing: 'Prometheus does not know how many series it has',
    next: 'have Prometheus scrape itself (a job with its own address)',
  });
  return mapped(now, (figure) => {
    const { toCount: pods } = scope.joining;
    const ofOne = seriesEach(answers);
    if ('missing' in ofOne) return ofOne;
    const { each, says } = ofOne;
    const model = `${count(figure.value)} now and ${countOf(pods, 'pod')} with ${count(each)} each, ${says}`;
    return { ...figure, value: figure.value + pods * each, model };
  });
}

/** What those that run have, else what one had in the lab that called no Service. */
function seriesEach(answers: Answers): { readonly each: number; readonly says: string } | Missing {
  const running = figureOf(SERIES_EACH, answers, { missing: '', next: '' });
  if ('value' in running && running.value > 0 && Number.isFinite(running.value))
    return { each: running.value + SERIES_OF_A_TARGET, says: 'as those that run' };
  // that nobody could tell is not that none runs
  if ('problem' in answers(SERIES_EACH) && 'missing' in running) return running;
  const { series, date } = MEASURED_TELEMETRY;
  return { each: series + SERIES_OF_A_TARGET, says: `as measured on ${date} without Services that it calls` };
}

const measuredQueue = ({ answers }: Evidence): Measured =>
  figureOf(QUEUE, answers, {
    missing: 'Prometheus knows no queue of an OpenTelemetry Collector',
    next: 'have Prometheus scrape the collector itself (service.telemetry.metrics, port 8888), or leave queue out',
  });
