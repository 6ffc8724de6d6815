import type { Basis } from '../../core/capacity/basis.ts';
import type { Capacity } from '../../core/capacity/capacity.ts';
import type { CapacityLine } from '../../core/capacity/capacity-lines.ts';
import { figureText } from '../../core/capacity/figure-text.ts';
import { comingMoment, type Moment } from '../../core/capacity/moments.ts';
import type { GroupSum } from '../../core/capacity/sidecar-sums.ts';
import { printable } from '../../core/problem/printable.ts';
import type { Environment } from '../environment.ts';
import { fittedTable } from './fitted-table.ts';

type Terminal = Pick<Environment, 'colour' | 'columns'>;

/** Every figure at each moment, and below them what they are based on. */
export function figuresText({ lines, stage }: Capacity, terminal: Terminal): string {
  const text = ({ kind, of }: Basis) => `${kind} ${of}`;
  const bases = [...new Map(lines.map(({ basis }) => [text(basis), basis])).values()];
  const numbered = (basis: Basis) => `${basis.kind} ${bases.findIndex((one) => text(one) === text(basis)) + 1}`;
  const moments: readonly (readonly [Moment, string])[] = [
    ['now', 'now'],
    ...(stage === undefined ? [] : [['afterStage', `after ${printable(stage)}`] as const]),
    ['everything', 'all'],
  ];
  const shown = ({ at, unit }: CapacityLine, moment: Moment) => {
    const value = at[moment];
    return value === undefined ? 'unknown' : figureText(value, unit);
  };
  const rows = lines.map((line) => [
    line.what,
    ...moments.map(([moment]) => shown(line, moment)),
    numbered(line.basis),
  ]);
  const table = fittedTable(['figure', ...moments.map(([, title]) => title), 'basis'], rows, terminal);
  const notes = bases.map((basis) => [numbered(basis), printable(basis.of)]);
  return `${table}\n\n${fittedTable(['basis', 'which'], notes, terminal)}`;
}

const MOST_GROUPS = 20;

/** Sidecars of each group, and what they take at the moment that is prepared for; undefined where there are none. */
export function groupsText(
  what: string,
  groups: readonly GroupSum[],
  figures: Capacity,
  terminal: Terminal,
): string | undefined {
  const moments: readonly (readonly [Moment, string])[] = [
    ['now', 'now'],
    ...(figures.stage === undefined ? [] : [['afterStage', 'after'] as const]),
    ['everything', 'all'],
  ];
  const taking = groups.filter(({ sums }) => moments.some(([moment]) => sums[moment].pods > 0));
  if (taking.length === 0) return undefined;
  const rows = taking.slice(0, MOST_GROUPS).map(({ name, sums }) => {
    const { requests, limits } = sums[comingMoment(figures)].amounts;
    return [
      printable(name),
      ...moments.map(([moment]) => String(sums[moment].pods)),
      ...[requests, limits].flatMap(({ cpu, memory }) => [figureText(cpu, 'cores'), figureText(memory, 'bytes')]),
    ];
  });
  const head = [what, ...moments.map(([, title]) => title), 'CPU', 'memory', 'CPU limit', 'memory limit'];
  const more = taking.length - rows.length;
  return `${fittedTable(head, rows, terminal)}${more > 0 ? `\nand ${more} more (-o json has them)` : ''}`;
}
