import type { Acknowledged } from '../briefing/acknowledged.ts';
import { percent, shareOf } from './amounts.ts';
import type { GateKind } from './gate-kind.ts';
import { judgedFigure, type Limit, type Measured } from './gate-part.ts';

/** `acknowledgements`: how many squads of the stage have read what will change for them as it is today. */
export const ACKNOWLEDGEMENTS: GateKind<'acknowledgements'> = {
  judge({ share }, { stage, acknowledgements }) {
    const squads = 'missing' in acknowledgements ? [] : acknowledgements;
    const lacking = squads.filter(({ state }) => state !== 'acknowledged');
    const limit: Limit = {
      what: 'squads of the stage that have acknowledged their briefing',
      at: 'least',
      bound: shareOf(share),
      written: percent,
      next: `have ${lacking.map(nameOf).join(', ')} read pillion rollout brief ${stage} and run pillion rollout acknowledge ${stage} --squad NAME`,
    };
    return [judgedFigure(limit, 'missing' in acknowledgements ? acknowledgements : measured(squads, lacking))];
  },
};

const nameOf = ({ squad, state }: Acknowledged): string =>
  state === 'outdated' ? `${squad} (who read an earlier version)` : squad;

function measured(squads: readonly Acknowledged[], lacking: readonly Acknowledged[]): Measured {
  if (squads.length === 0)
    return {
      missing: 'the stage has no workload, so nobody is known who could',
      next: 'look at what the stage covers: pillion rollout plan -f FILE',
    };
  const given = squads.length - lacking.length;
  return { value: given / squads.length, from: `the record of the rollout, ${given} of ${squads.length}` };
}
