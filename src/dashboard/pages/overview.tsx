import { useState } from 'preact/hooks';
import type { Overview } from '../../core/dashboard/overview.ts';
import { useAnswer } from '../api/use-answer.ts';
import { AdoptionChart } from '../chart/adoption-chart.tsx';
import type { Counted } from '../chart/adoption-series.ts';
import { Badge, spoken } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Meter } from '../parts/meter.tsx';
import { counted as amount, day, moment, number, percent } from '../parts/moment.ts';
import { PageHead, Waiting } from '../parts/page-head.tsx';
import { Prose } from '../parts/prose.tsx';
import { hrefOf } from '../route.ts';

const MONTH = [['days', '30']] as const;

/** How far the rollout is, what is decided, and how Pillion itself is. */
export function OverviewPage() {
  const answered = useAnswer('overview', { query: MONTH });
  const [counted, setCounted] = useState<Counted>('pods');
  const overview = answered.answer;
  return (
    <>
      <PageHead title="Overview" answered={answered} />
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

function Headline({ overview, counted }: { overview: Overview; counted: Counted }) {
  const now = overview.samples.at(-1)?.[counted];
  const { cluster, goals } = overview;
  return (
    <div class="headline">
      <section class="card figure" aria-label="Adoption today">
        <p class="big">{now === undefined || now.eligible === 0 ? '–' : percent(now.injected / now.eligible)}</p>
        <p>of eligible {counted} have their sidecar</p>
        {now !== undefined && (
          <>
            <Meter part={now.injected} of={now.eligible} label={counted} />
            <p class="quiet">
              {number(now.optedIn)} opted in · {number(now.stale)} stale · {number(now.incompatible)} incompatible ·{' '}
              {number(now.excluded)} excluded
            </p>
          </>
        )}
      </section>
      <section class="card" aria-labelledby="goals">
        <h2 id="goals">{goals.length === 1 ? 'Goal' : 'Goals'}</h2>
        {goals.length === 0 && <p class="empty">No goal is set. A RolloutPlan holds them.</p>}
        {goals.map((goal) => (
          <div key={`${goal.metric} ${goal.scope} ${goal.by}`} class="goal">
            <p>
              <strong>
                {goal.metric} {percent(goal.target)}
              </strong>{' '}
              of {goal.scope} by <time dateTime={goal.by}>{day(goal.by)}</time>
              {goal.now !== undefined && <>, now {percent(goal.now)}</>}
            </p>
            <p class="quiet">{goal.says}</p>
          </div>
        ))}
        <p class="quiet">
          {amount(cluster.namespaces, 'namespace')}, {amount(cluster.workloads, 'workload')},{' '}
          {amount(cluster.pods, 'pod')} in the cluster · Pillion {overview.version}
        </p>
      </section>
    </div>
  );
}

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
              <time dateTime={at}>{moment(at)}</time>: stage {stage} {spoken(what).toLowerCase()}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

function Health({ parts }: { parts: Overview['health'] }) {
  return (
    <section class="card" aria-labelledby="health">
      <h2 id="health">Health</h2>
      <ul class="states">
        {parts.map(({ part, state, says, next }) => (
          <li key={part}>
            <Badge state={state} />
            <div>
              <strong>{part}</strong> <Prose text={says} />
              {next !== undefined && (
                <p class="quiet">
                  <Prose text={next} />
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Verdicts({ verdicts }: { verdicts: Overview['verdicts'] }) {
  const total = Object.values(verdicts.byVerdict).reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...verdicts.byReason.map(({ count }) => count));
  return (
    <section class="card" aria-labelledby="verdicts">
      <h2 id="verdicts">Decisions</h2>
      <p class="quiet">
        {amount(total, 'decision')} since <time dateTime={verdicts.since}>{moment(verdicts.since)}</time>
      </p>
      <p class="tally">
        {Object.entries(verdicts.byVerdict).map(([verdict, count]) => (
          <a key={verdict} href={hrefOf('decisions', [], [['verdict', verdict]])}>
            <Badge state={verdict} /> {number(count)}
          </a>
        ))}
      </p>
      <ul class="bars">
        {verdicts.byReason.map(({ reason, verdict, count }) => (
          <li key={`${verdict} ${reason}`}>
            <a href={hrefOf('decisions', [], [['reason', reason]])}>{reason}</a>
            <span class={`bar ${verdict}`} aria-hidden="true">
              <span style={{ width: `${(count / most) * 100}%` }} />
            </span>
            <span class="number">{number(count)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
