import type { Rollout, Stage } from '../../core/dashboard/rollout.ts';
import { Badge } from '../parts/badge.tsx';
import { day, percent } from '../parts/moment.ts';
import { hrefOf } from '../route.ts';
import { nextOf, showStage } from './stage-card.tsx';

/** The stages as one line, to see where the rollout stands; each leads to its gates, its briefing and its commands. */
export function StageLine({ stages }: { stages: Rollout['stages'] }) {
  const next = nextOf(stages);
  return (
    <ol class="line-of-stages" aria-label="Stages in their order">
      {stages.map((stage, index) => (
        <li key={stage.name} class={stage.state}>
          {/* the address may name the stage already, and then nothing else would lead to it */}
          <a class="name" href={hrefOf('rollout', [stage.name])} onClick={() => showStage(index)}>
            {stage.name}
          </a>
          <span>
            <Badge state={stage.state} /> {index === next && <Badge state="next" tone="accent" />}
          </span>
          {stage.from !== undefined && (
            <span>
              from <time dateTime={stage.from}>{day(stage.from)}</time>
            </span>
          )}
          <span class="quiet">{shareOf(stage)}</span>
          {stage.state === 'Closed' && stage.gates.length > 0 && <span class="quiet">{gatesOf(stage)}</span>}
        </li>
      ))}
    </ol>
  );
}

const shareOf = ({ pods }: Stage): string =>
  pods.eligible === 0 ? 'no eligible pods' : `${percent(pods.injected / pods.eligible)} injected`;

function gatesOf({ gates }: Stage): string {
  const passed = gates.filter(({ state }) => state === 'passed').length;
  return `${passed} of ${gates.length} gates passed`;
}
