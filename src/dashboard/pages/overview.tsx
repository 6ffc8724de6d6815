import { useState } from 'preact/hooks';
import type { Overview } from '../../core/dashboard/overview.ts';
import { useAnswer } from '../api/use-answer.ts';
import { AdoptionChart } from '../chart/adoption-chart.tsx';
import type { Counted } from '../chart/adoption-series.ts';
import { spoken } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { counted as amount, day, moment, number } from '../parts/moment.ts';
import { PageHead, Waiting } from '../parts/page-head.tsx';
import { Headline } from './headline.tsx';
import { Health } from './health.tsx';
import { Verdicts } from './verdicts.tsx';

const MONTH = [['days', '30']] as const;

/** How far the rollout is, what is decided, and how Pillion itself is. */
export function OverviewPage() {
  const answered = useAnswer('overview', { query: MONTH });
  const [counted, setCounted] = useState<Counted>('pods');
  const overview = answered.answer;
  return (
    <>
      <PageHead title="Overview" answered={answered} {...(overview && { lead: sizeOf(overview) })} />
      <Waiting answered={answered} />
      {overview !== undefined && (
        <>
          <Headline overview={overview} counted={counted} />
          <section class="card" aria-labelledby="adoption">
            <div class="card-head">
              <h2 id="adoption">Adoption</h2>
              <fieldset class="switch">
                <legend class="hidden">What is counted</legend>
                {(['pods', 'workloads'] as const).map((name) => (
                  <label key={name}>
                    <input type="radio" name="counted" checked={counted === name} onChange={() => setCounted(name)} />
                    <span>{name === 'pods' ? 'Pods' : 'Workloads'}</span>
                  </label>
                ))}
              </fieldset>
            </div>
            {overview.samples.length === 0 ? (
              <p class="empty">No sample yet: the first one is taken within the hour.</p>
            ) : (
              <>
                <AdoptionChart overview={overview} counted={counted} />
                <Figures overview={overview} counted={counted} />
              </>
            )}
          </section>
          <div class="columns">
            <Health parts={overview.health} />
            <Verdicts verdicts={overview.verdicts} />
          </div>
        </>
      )}
    </>
  );
}

const sizeOf = ({ cluster, version }: Overview): string =>
  `${amount(cluster.namespaces, 'namespace')}, ${amount(cluster.workloads, 'workload')} and ${amount(cluster.pods, 'pod')} in the cluster · Pillion ${version}`;

function Figures({ overview, counted }: { overview: Overview; counted: Counted }) {
  const rows = overview.samples.toReversed();
  const figure = (key: keyof Overview['samples'][number]['pods'], head: string) => ({
    head,
    isNumber: true as const,
    cell: (row: Overview['samples'][number]) => number(row[counted][key]),
  });
  return (
    <details>
      <summary>The same figures as a table</summary>
      <DataTable
        caption={`Adoption of ${counted} over time, the newest first`}
        rows={rows}
        keyOf={({ at }) => at}
        columns={[
          { head: 'When', cell: ({ at }) => <time dateTime={at}>{moment(at)}</time> },
          figure('eligible', 'Eligible'),
          figure('optedIn', 'Opted in'),
          figure('injected', 'Injected'),
          figure('stale', 'Stale'),
          figure('excluded', 'Excluded'),
          figure('incompatible', 'Incompatible'),
        ]}
      />
      {overview.marks.length > 0 && (
        <ul class="marks">
          {overview.marks.map(({ at, stage, what }) => (
            <li key={`${at} ${stage} ${what}`}>
              <time dateTime={at}>{day(at)}</time>: stage {stage} {spoken(what).toLowerCase()}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
