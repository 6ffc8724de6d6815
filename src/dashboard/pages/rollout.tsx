import type { Rollout } from '../../core/dashboard/rollout.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Badge, spoken } from '../parts/badge.tsx';
import { CopyLine } from '../parts/copy-line.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { day, moment, percent } from '../parts/moment.ts';
import { PageHead, Waiting } from '../parts/page-head.tsx';
import { Prose } from '../parts/prose.tsx';
import { StageCard } from './stage-card.tsx';

/** The plan: stages in their order, what was done, and the commands that change it. */
export function RolloutPage() {
  const answered = useAnswer('rollout');
  const rollout = answered.answer;
  return (
    <>
      <PageHead
        title="Rollout"
        answered={answered}
        lead="The plan is changed by commands, so that each step is somebody’s: this page shows which."
      />
      <Waiting answered={answered} />
      {rollout !== undefined && (
        <>
          <Standing rollout={rollout} />
          {rollout.stages.length > 0 && <Line stages={rollout.stages} />}
          {rollout.stages.map((stage, index) => (
            <StageCard key={stage.name} stage={stage} place={index + 1} of={rollout.stages.length} />
          ))}
          <Actions actions={rollout.actions} />
        </>
      )}
    </>
  );
}

function Standing({ rollout: { plan, paused, enforced, commands } }: { rollout: Rollout }) {
  return (
    <section class="card" aria-labelledby="plan">
      <h2 id="plan">{plan === undefined ? 'No plan' : `Plan ${plan}`}</h2>
      {plan !== undefined && (
        <p>
          {enforced
            ? 'Admission is held to the open stages: nothing of a closed one is injected.'
            : 'Admission is not held to the stages: they are a plan, and the policy alone decides.'}
        </p>
      )}
      {paused !== undefined && (
        <p class="notice warning">
          <strong>Paused.</strong> <Prose text={paused} />
        </p>
      )}
      {commands.map(({ does, command }) => (
        <CopyLine key={command} does={does} command={command} />
      ))}
    </section>
  );
}

/** The stages as one line, to see where the rollout stands. */
function Line({ stages }: { stages: Rollout['stages'] }) {
  return (
    <ol class="line-of-stages" aria-label="Stages in their order">
      {stages.map(({ name, state, from, pods }) => (
        <li key={name} class={state}>
          <span class="name">{name}</span>
          <Badge state={state} />
          {from !== undefined && <time dateTime={from}>{day(from)}</time>}
          <span class="quiet">
            {pods.eligible === 0 ? 'no pods' : `${percent(pods.injected / pods.eligible)} injected`}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Actions({ actions }: { actions: Rollout['actions'] }) {
  return (
    <section class="card" aria-labelledby="actions">
      <h2 id="actions">What was done</h2>
      <DataTable
        caption="Actions of the rollout, the newest first"
        rows={actions}
        keyOf={({ at, did }, index) => `${at} ${did} ${index}`}
        empty="Nothing was done yet."
        columns={[
          { head: 'When', cell: ({ at }) => <time dateTime={at}>{moment(at)}</time> },
          { head: 'What', cell: ({ did, forced }) => (forced ? `${spoken(did)}, forced` : spoken(did)) },
          { head: 'Stage', cell: ({ stage }) => stage ?? '' },
          { head: 'Who', cell: ({ by }) => by },
          { head: 'Why', cell: ({ reason }) => reason ?? '' },
        ]}
      />
    </section>
  );
}
