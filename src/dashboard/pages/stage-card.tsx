import { useId, useState } from 'preact/hooks';
import type { Stage } from '../../core/dashboard/rollout.ts';
import { Badge } from '../parts/badge.tsx';
import { CopyLine } from '../parts/copy-line.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Meter } from '../parts/meter.tsx';
import { counted, day, number } from '../parts/moment.ts';
import { Prose } from '../parts/prose.tsx';
import { hrefOf } from '../route.ts';
import { BriefingOfStage } from './briefing.tsx';

/** One stage: how far it is, whether its gates let it open, who knows about it, and the commands. */
export function StageCard({ stage, place, of }: { stage: Stage; place: number; of: number }) {
  const heading = useId();
  const [isBriefed, setBriefed] = useState(false);
  const { name, state, from, to, namespaces, features, pods, workloads } = stage;
  return (
    <section class="card stage" aria-labelledby={heading}>
      <div class="card-head">
        <h2 id={heading}>
          {place}. {name}
        </h2>
        <Badge state={state} />
      </div>
      <p class="quiet">
        Stage {place} of {of}
        {from !== undefined && ` · from ${day(from)}`}
        {to !== undefined && ` to ${day(to)}`}
        {' · '}
        <a href={hrefOf('namespaces', [], [['stage', name]])}>{counted(namespaces.length, 'namespace')}</a>
        {' · '}
        <a href={hrefOf('workloads', [], [['stage', name]])}>{counted(workloads.eligible, 'workload')}</a>
        {features.length > 0 && ` · ${features.join(', ')}`}
      </p>
      <Meter part={pods.injected} of={pods.eligible} label="pods injected" />
      {(pods.stale > 0 || pods.incompatible > 0) && (
        <p class="quiet">
          {number(pods.stale)} stale · {number(pods.incompatible)} incompatible
        </p>
      )}
      <Gates stage={stage} />
      <Acknowledgements stage={stage} />
      {stage.commands.length > 0 && <h3>Commands</h3>}
      {stage.commands.map(({ does, command }) => (
        <CopyLine key={command} does={does} command={command} />
      ))}
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
      {gatesOf !== undefined && <p class="quiet">{gatesOf}</p>}
      <ul class="states">
        {gates.map(({ gate, state, says, next, query }) => (
          <li key={gate}>
            <Badge state={state} />
            <div>
              <strong>{gate}</strong> <Prose text={says} />
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
