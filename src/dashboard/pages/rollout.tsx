import { useEffect } from 'preact/hooks';
import type { Rollout } from '../../core/dashboard/rollout.ts';
import { useAnswer } from '../api/use-answer.ts';
import { spoken } from '../parts/badge.tsx';
import { CopyLine } from '../parts/copy-line.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { moment } from '../parts/moment.ts';
import { PageHead, Waiting } from '../parts/page-head.tsx';
import { Prose } from '../parts/prose.tsx';
import type { Route } from '../route.ts';
import { nextOf, StageCard, showStage } from './stage-card.tsx';
import { StageLine } from './stage-line.tsx';

/** The plan: stages in their order, what was done, and the commands that change it. */
export function RolloutPage({ route }: { route: Route }) {
  const answered = useAnswer('rollout');
  const rollout = answered.answer;
  const [wanted] = route.rest;
  const place = rollout?.stages.findIndex(({ name }) => name === wanted) ?? -1;
  useEffect(() => {
    if (place >= 0) showStage(place);
  }, [wanted, place]);
  return (
    <>
      <PageHead
        title="Rollout"
        answered={answered}
        lead="Nothing is changed here: each step is a command, so that it is somebody’s."
      />
      <Waiting answered={answered} />
      {rollout !== undefined && (
        <>
          {rollout.paused !== undefined && (
            <p class="notice warning">
              <strong>The rollout is paused.</strong> <Prose text={rollout.paused} />
            </p>
          )}
          {rollout.stages.length > 0 && <StageLine stages={rollout.stages} />}
          {wanted !== undefined && place < 0 && (
            <p class="notice warning">The plan has no stage {wanted}; it may have been renamed.</p>
          )}
          <Standing rollout={rollout} />
          {rollout.stages.map((stage, index) => (
            <StageCard key={stage.name} stage={stage} place={index} isNext={index === nextOf(rollout.stages)} />
          ))}
          <Actions actions={rollout.actions} />
        </>
      )}
    </>
  );
}

function Standing({ rollout: { plan, enforced, commands } }: { rollout: Rollout }) {
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
      {commands.map(({ does, command }) => (
        <CopyLine key={command} does={does} command={command} />
      ))}
    </section>
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
          { head: 'Why', isLong: true, cell: ({ reason }) => reason ?? '' },
        ]}
      />
    </section>
  );
}
