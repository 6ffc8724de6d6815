import type { Environment } from '../environment.ts';
import { plainTable } from './plain-table.ts';

const GAP = 2;
// narrower, a name of some words has one of them on each line
const LEAST = 12;

/** Columns as wide as their texts; where the terminal is too narrow, the widest give way first. */
export function fittedTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { colour, columns }: Pick<Environment, 'colour' | 'columns'>,
): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => longestLine(row[at] ?? ''))));
  let excess = sum(widths) + GAP * (head.length - 1) - columns;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= LEAST) break;
    const at = widths.indexOf(widest);
    // down to the next of them, so that two long columns share what there is
    const next = Math.max(LEAST, ...widths.filter((width) => width < widest));
    const given = Math.min(excess, Math.max(1, widest - next));
    widths[at] = widest - given;
    excess -= given;
  }
  return plainTable(
    head,
    rows.map((row) => row.map((text, at) => broken(text, widths[at] ?? LEAST))),
    colour,
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const longestLine = (text: string): number => Math.max(...text.split('\n').map(({ length }) => length));

/** Every line of a text broken, at a space where there is one: names have none. */
const broken = (text: string, width: number): string =>
  text
    .split('\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${width}}(?= |$)|[^ ].{0,${width - 1}}`, 'gu')) ?? [''])
    .map((line) => line.trimStart())
    .join('\n');
