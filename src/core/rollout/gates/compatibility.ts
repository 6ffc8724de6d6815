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
    return [judgedFigure({ ...limit, next: mending(checked) }, measuredCompatibility(checked, incompatible))];
  },
};

function measuredCompatibility({ workloads, incompatible, hidden }: CheckedStage, most: number): Measured {
  // what is seen already is too much, whatever else there is
  if (hidden.length === 0 || incompatible.length > most)
    return { value: incompatible.length, from: `pillion check of ${workloads}` };
  return {
    missing: `checks look at what may not be read: ${hidden.join(', ')}`,
    next: 'have the right to list it in the namespaces of the stage',
  };
}

function mending({ incompatible }: CheckedStage): string {
  const shown = incompatible.slice(0, SHOWN).join(', ');
  const more = incompatible.length > SHOWN ? ` and ${incompatible.length - SHOWN} more` : '';
  return `pillion check says what to change in ${shown}${more}, or how to suppress a finding with a reason`;
}
