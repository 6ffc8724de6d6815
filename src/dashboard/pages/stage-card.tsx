import { useState } from 'preact/hooks';
import type { Stage } from '../../core/dashboard/rollout.ts';
import { Badge } from '../parts/badge.tsx';
import { CopyLine } from '../parts/copy-line.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Meter } from '../parts/meter.tsx';
import { counted, day, number } from '../parts/moment.ts';
import { Prose } from '../parts/prose.tsx';
import { sentence } from '../parts/sentence.ts';
import { hrefOf } from '../route.ts';
import { BriefingOfStage } from './briefing.tsx';

/** Where the card of a stage stands, counted from 0: a name may have any sign in it. */
const headingOf = (place: number): string => `stage-${place}`;

/** Leads the reader to a stage: the heading gets the focus, and stands on top. */
export function showStage(place: number): void {
  const heading = document.getElementById(headingOf(place));
  heading?.focus({ preventScroll: true });
  heading?.closest('section')?.scrollIntoView({ block: 'start' });
}

/** Which stage is opened next; -1 where all are open. */
export const nextOf = (stages: readonly Stage[]): number => stages.findIndex(({ state }) => state === 'Closed');

/** One stage: how far it is, whether its gates let it open, who knows about it, and the commands. */
export function StageCard({ stage, place, isNext }: { stage: Stage; place: number; isNext: boolean }) {
  const heading = headingOf(place);
  const [isBriefed, setBriefed] = useState(false);
  const { name, state, from, to, namespaces, features, pods, workloads } = stage;
  return (
    <section class="card stage" aria-labelledby={heading}>
      <div class="card-head">
        <h2 id={heading} tabIndex={-1}>
          {place + 1}. {name}
        </h2>
        <Badge state={state} />
      </div>
      <p class="quiet">
        {from !== undefined && `From ${day(from)}`}
        {to !== undefined && ` to ${day(to)}`}
        {from !== undefined && ' · '}
        <a href={hrefOf('namespaces', [], [['stage', name]])}>{counted(namespaces.length, 'namespace')}</a>
        {' · '}
        <a href={hrefOf('workloads', [], [['stage', name]])}>{counted(workloads.eligible, 'eligible workload')}</a>
        {features.length > 0 && ` · with ${features.join(', ')}`}
      </p>
      <Meter part={pods.injected} of={pods.eligible} label="pods injected" />
      {(pods.stale > 0 || pods.incompatible > 0) && (
        <p class="quiet">
          {number(pods.stale)} with an old sidecar until they restart · {number(pods.incompatible)} incompatible
        </p>
      )}
      <Gates stage={stage} />
      <Acknowledgements stage={stage} />
      {stage.commands.length > 0 && (
        <details open={isNext}>
          <summary>Commands</summary>
          {stage.commands.map(({ does, command }) => (
            <CopyLine key={command} does={does} command={command} />
          ))}
        </details>
      )}
      <details onToggle={(event) => setBriefed((before) => before || event.currentTarget.open)}>
        <summary>Briefing for the squads</summary>
        {isBriefed && <BriefingOfStage stage={name} />}
      </details>
    </section>
  );
}

function Gates({ stage: { gates, gatesOf } }: { stage: Stage }) {
  if (gates.length === 0) return null;
  return (
    <>
      <h3>Gates</h3>
      {gatesOf !== undefined && <p class="quiet">{sentence(gatesOf)}</p>}
      <ul class="states">
        {gates.map(({ gate, state, says, next, query }) => (
          <li key={gate}>
            <Badge state={state} />
            <div>
              <strong>{gate}</strong> <Prose text={sentence(says)} />
              {next !== undefined && (
                <p class="quiet">
                  <Prose text={next} />
                </p>
              )}
              {query !== undefined && (
                <details>
                  <summary>What Prometheus was asked</summary>
                  <CopyLine command={query} />
                </details>
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function Acknowledgements({ stage: { acknowledgements, name } }: { stage: Stage }) {
  if (acknowledgements.length === 0) return null;
  const done = acknowledgements.filter(({ state }) => state === 'acknowledged').length;
  return (
    <details>
      <summary>
        Acknowledgements: {done} of {acknowledgements.length} squads
      </summary>
      <DataTable
        caption={`Which squads know about stage ${name}`}
        rows={acknowledgements}
        keyOf={({ squad }) => squad}
        columns={[
          { head: 'Squad', cell: ({ squad }) => squad },
          { head: 'State', cell: ({ state }) => <Badge state={state} /> },
          { head: 'Workloads', isNumber: true, cell: ({ workloads }) => number(workloads) },
          { head: 'By', cell: ({ by }) => by ?? '' },
        ]}
      />
    </details>
  );
}
