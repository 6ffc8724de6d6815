import picocolors from 'picocolors';
import { printable } from '../../core/problem/printable.ts';
import type { Acknowledged } from '../../core/rollout/briefing/acknowledged.ts';
import type { Environment } from '../environment.ts';
import { fittedTable } from './fitted-table.ts';

const HEAD = ['squad', 'workloads', 'briefing', 'by', 'when'];

/** Who has read the briefing of a stage, as a table with a sum. */
export function acknowledgedText(
  stage: string,
  squads: readonly Acknowledged[],
  terminal: Pick<Environment, 'colour' | 'columns'>,
): string {
  const paint = picocolors.createColors(terminal.colour);
  const paints = { acknowledged: paint.green, outdated: paint.yellow, lacking: paint.red };
  const rows = squads.map(({ squad, workloads, state, name = '', time = '' }) => [
    printable(squad),
    String(workloads),
    paints[state](state),
    printable(name),
    printable(time),
  ]);
  const lacking = squads.filter(({ state }) => state !== 'acknowledged').map(({ squad }) => squad);
  const sum = `${squads.length - lacking.length} of ${squads.length} squads of stage ${stage} have acknowledged what will change for them`;
  const next =
    lacking.length === 0
      ? ''
      : `\nnext: pillion rollout brief ${stage} --squad NAME, then pillion rollout acknowledge ${stage} --squad NAME, for ${lacking.map(printable).join(', ')}`;
  return `${fittedTable(HEAD, rows, terminal)}\n\n${sum}${next}\n`;
}
