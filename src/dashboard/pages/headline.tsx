import type { ComponentChildren } from 'preact';
import type { Overview } from '../../core/dashboard/overview.ts';
import type { Counted } from '../chart/adoption-series.ts';
import { Badge } from '../parts/badge.tsx';
import { Meter } from '../parts/meter.tsx';
import { counted as amount, day, number, percent } from '../parts/moment.ts';
import { capital, sentence } from '../parts/sentence.ts';
import { hrefOf } from '../route.ts';
import { worstFirst } from './health.tsx';

/** What a meeting wants to know first: how far it is, whether the goal will be reached, and whether anything is wrong. */
export function Headline({ overview, counted }: { overview: Overview; counted: Counted }) {
  return (
    <div class="headline">
      <Adoption overview={overview} counted={counted} />
      <Goals goals={overview.goals} />
      <Condition parts={overview.health} />
    </div>
  );
}

function Adoption({ overview, counted }: { overview: Overview; counted: Counted }) {
  const now = overview.samples.at(-1)?.[counted];
  return (
    <section class="card figure" aria-label="Adoption today">
      <p class="big">{now === undefined || now.eligible === 0 ? '–' : percent(now.injected / now.eligible)}</p>
      <p>of eligible {counted} have their sidecar</p>
      {now !== undefined && (
        <>
          <Meter part={now.injected} of={now.eligible} label={counted} />
          <ul class="facts">
            <Fact says="would get a sidecar today">{number(now.optedIn)} opted in</Fact>
            <Fact says="have an old one until they restart">{number(now.stale)} stale</Fact>
            <Fact says="need changes first">
              <a href={hrefOf('workloads', [], [['compatibility', 'incompatible']])}>
                {amount(overview.cluster.incompatible, 'incompatible workload')}
              </a>
            </Fact>
            <Fact says="by the policy, not counted">{number(now.excluded)} excluded</Fact>
          </ul>
        </>
      )}
    </section>
  );
}

function Fact({ says, children }: { says: string; children: ComponentChildren }) {
  return (
    <li>
      <strong>{children}</strong> <span class="quiet">{says}</span>
    </li>
  );
}

function Goals({ goals }: { goals: Overview['goals'] }) {
  return (
    <section class="card" aria-labelledby="goals">
      <h2 id="goals">{goals.length === 1 ? 'Goal' : 'Goals'}</h2>
      {goals.length === 0 && <p class="empty">No goal is set. A RolloutPlan holds them.</p>}
      {goals.map((goal) => (
        <div key={`${goal.scope} ${goal.target} ${goal.by}`} class="goal">
          <p>
            <strong>{percent(goal.target)}</strong> of {goal.scope} by{' '}
            <strong>
              <time dateTime={goal.by}>{day(goal.by)}</time>
            </strong>
            {goal.now !== undefined && <>, now {percent(goal.now)}</>}
          </p>
          <p class="quiet">{sentence(goal.says)}</p>
        </div>
      ))}
      <p>
        <a href={hrefOf('rollout')}>The stages</a> · <a href={hrefOf('capacity')}>What it costs</a>
      </p>
    </section>
  );
}

const WORD: Readonly<Record<Overview['health'][number]['state'], readonly [one: string, many: string]>> = {
  bad: ['fault', 'faults'],
  warning: ['warning', 'warnings'],
  unknown: ['unknown', 'unknown'],
  good: ['good', 'good'],
};

/** In one line whether Pillion is well; what is wrong stands in full under Health. */
function Condition({ parts }: { parts: Overview['health'] }) {
  const of = (state: keyof typeof WORD) => parts.filter((part) => part.state === state).length;
  const wrong = (['bad', 'warning', 'unknown'] as const)
    .filter((state) => of(state) > 0)
    .map((state) => amount(of(state), ...WORD[state]));
  return (
    <section class="card" aria-labelledby="condition">
      <h2 id="condition">Pillion itself</h2>
      <p>
        <strong>{wrong.length === 0 ? 'All is well' : wrong.join(', ')}</strong>
      </p>
      <ul class="parts">
        {worstFirst(parts).map(({ part, state }, index) => (
          <li key={`${part} ${index}`}>
            <Badge state={state} words={capital(part)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
