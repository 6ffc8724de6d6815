import { percent, shareOf } from './amounts.ts';
import type { Evidence, GateKind } from './gate-kind.ts';
import { judgedFigure, type Limit, type Measured } from './gate-part.ts';

/** Who stands for the pods that belong to no squad. */
const UNOWNED = 'unowned';

/** `acknowledgements`: how many squads of the stage have said that they know what will change. */
export const ACKNOWLEDGEMENTS: GateKind<'acknowledgements'> = {
  judge({ share }, evidence) {
    const { stage, acknowledgements } = evidence;
    const all = squadsOf(evidence);
    const given = 'missing' in acknowledgements ? [] : acknowledgements.filter((one) => one.stage === stage);
    const lacking = all.filter((squad) => !given.some((one) => one.squad === squad));
    const limit: Limit = {
      what: 'squads of the stage that have acknowledged their briefing',
      at: 'least',
      bound: shareOf(share),
      written: percent,
      next: `have ${lacking.join(', ')} read pillion rollout brief ${stage} and run pillion rollout acknowledge ${stage} --squad NAME`,
    };
    return [judgedFigure(limit, 'missing' in acknowledgements ? acknowledgements : measured(all, lacking))];
  },
};

/** Pods without a squad are one more that has to be found. */
const squadsOf = ({ scope: { squads, unownedPods } }: Evidence): readonly string[] =>
  unownedPods > 0 ? [...squads, UNOWNED] : squads;

function measured(all: readonly string[], lacking: readonly string[]): Measured {
  if (all.length === 0)
    return {
      missing: 'no pod runs in the stage, so nobody is known who could',
      next: 'look at what the stage covers: pillion rollout plan -f FILE',
    };
  const given = all.length - lacking.length;
  return { value: given / all.length, from: `the record of the rollout, ${given} of ${all.length}` };
}
