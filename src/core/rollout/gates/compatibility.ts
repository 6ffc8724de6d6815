import { count } from './amounts.ts';
import type { CheckedStage, GateKind } from './gate-kind.ts';
import { judgedFigure, type Measured } from './gate-part.ts';

const SHOWN = 3;

/** `compatibility`: how many workloads of the stage would not work with a sidecar, as `pillion check` says. */
export const COMPATIBILITY: GateKind<'compatibility'> = {
  judge({ incompatible }, { checked }) {
    const limit = {
      what: 'incompatible workloads of the stage',
      at: 'most',
      bound: incompatible,
      written: count,
    } as const;
    if ('missing' in checked) return [judgedFigure({ ...limit, next: '' }, checked)];
    return [judgedFigure({ ...limit, next: mending(checked) }, measuredCompatibility(checked))];
  },
};

const measuredCompatibility = ({ workloads, incompatible }: CheckedStage): Measured => ({
  value: incompatible.length,
  from: `pillion check of ${workloads}`,
});

function mending({ incompatible }: CheckedStage): string {
  const shown = incompatible.slice(0, SHOWN).join(', ');
  const more = incompatible.length > SHOWN ? ` and ${incompatible.length - SHOWN} more` : '';
  return `pillion check says what to change in ${shown}${more}, or how to suppress a finding with a reason`;
}
