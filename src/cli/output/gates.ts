import picocolors from 'picocolors';
import { printable } from '../../core/problem/printable.ts';
import type { GatePart, JudgedGate } from '../../core/rollout/gates/gate-part.ts';
import type { Environment } from '../environment.ts';
import { fittedTable } from './fitted-table.ts';

type Terminal = Pick<Environment, 'colour' | 'columns'>;

/** What the gates of a stage came to, for people: a table of figures, and below it why one is missing and what to do. */
export function gatesText(stage: string, gates: readonly JudgedGate[], terminal: Terminal): string {
  if (gates.length === 0) return `stage ${stage} has no gates: nothing is asked before it is opened\n`;
  const rows = gates.flatMap(({ gate, parts }) =>
    parts.map((part, index) => [
      index === 0 ? gate : '',
      part.state,
      printable(part.what),
      part.figure ?? '-',
      part.bound,
    ]),
  );
  const table = fittedTable(['gate', 'state', 'what', 'figure', 'asked for'], rows, terminal);
  const told = gates.flatMap(({ gate, parts }) => parts.flatMap((part) => partLines(gate, part, terminal)));
  return `${[table, ...(told.length > 0 ? [told.join('\n')] : []), endingLine(stage, gates)].join('\n\n')}\n`;
}

/** What the table does not say: how a figure was foretold, why one is missing, what to do. */
function partLines(gate: string, part: GatePart, { colour }: Terminal): readonly string[] {
  const { state, what, says, next, query, model } = part;
  const paint = picocolors.createColors(colour);
  const foretold = model === undefined ? what : `${what}: ${model}`;
  if (state === 'passed') return model === undefined ? [] : [printable(`${gate}: ${foretold}`)];
  return [
    `${paint.bold(gate)} ${painted(state, colour)}: ${printable(state === 'failed' ? foretold : says)}`,
    ...(next === undefined ? [] : [`  next: ${printable(next)}`]),
    ...(query === undefined ? [] : [`  ${paint.dim(printable(query))}`]),
  ];
}

function painted(state: GatePart['state'], colour: boolean): string {
  const paint = picocolors.createColors(colour);
  return { passed: paint.green, failed: paint.red, unknown: paint.yellow }[state](state);
}

function endingLine(stage: string, gates: readonly JudgedGate[]): string {
  const counted = (['passed', 'failed', 'unknown'] as const).flatMap((state) => {
    const count = gates.filter((one) => one.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const passed = gates.every(({ state }) => state === 'passed');
  return `${counted.join(', ')}: stage ${stage} ${passed ? 'may be opened' : 'is not to be opened yet'}`;
}
