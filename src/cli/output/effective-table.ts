import picocolors from 'picocolors';
import { stringify } from 'yaml';
import { pointerParts, valueAt } from '../../core/json/pointer.ts';
import { printable } from '../../core/problem/printable.ts';
import type { Effective } from '../../core/traffic/effective-values.ts';
import type { Origin } from '../../core/traffic/origin.ts';
import type { Environment } from '../environment.ts';
import { plainTable } from './plain-table.ts';

const GAPS = 2 * '  '.length;
// narrower, a list of a few words has one of them on each line
const LEAST_WIDTH = 20;

/** Effective values for people, one line each: what it is, what it says, and who chose it. A group’s name stands above its fields. */
export function effectiveTable(
  { values, origins }: Effective,
  { colour, columns }: Pick<Environment, 'colour' | 'columns'>,
): string {
  const paint = picocolors.createColors(colour);
  const paintOrigin = (origin: Origin): string => {
    if (origin === 'project') return paint.green(origin);
    return origin === 'built in' ? paint.dim(origin) : origin;
  };
  const rows: { name: string; value: string; origin: string }[] = [];
  let above: readonly string[] = [];
  for (const [path, origin] of origins) {
    if (ROUTE_NAME.test(path)) continue;
    const parts = namesOf(path, values);
    const groups = parts.slice(0, -1);
    groups.forEach((group, depth) => {
      if (groups.slice(0, depth + 1).some((name, index) => above[index] !== name))
        rows.push({ name: indented(group, depth), value: '', origin: '' });
    });
    above = groups;
    const name = indented(parts.at(-1) ?? '', groups.length);
    rows.push({ name, value: valueText(valueAt(values, path)), origin });
  }
  const longest = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));
  const taken = longest(rows.map(({ name }) => name)) + longest(rows.map(({ origin }) => origin)) + GAPS;
  const most = Math.max(LEAST_WIDTH, columns - taken);
  const width = Math.min(most, longest(['says', ...rows.map(({ value }) => value)]));
  const cells = rows.map(({ name, value, origin }) => [name, value, origin && paintOrigin(origin as Origin)]);
  return `${plainTable(['value', 'says', 'chosen by'], cells, colour, [null, width, null])}\n`;
}

// it stands above the route’s own rows
const ROUTE_NAME = /^\/routes\/\d+\/name$/;

const indented = (name: string, depth: number): string => '  '.repeat(depth) + printable(name);

/** The parts of a pointer as people name them: a route by its name and not by its place. */
function namesOf(path: string, values: Effective['values']): readonly string[] {
  const [first = '', index, ...rest] = pointerParts(path);
  if (first !== 'routes' || index === undefined) return pointerParts(path);
  return [first, values.routes[Number(index)]?.name ?? index, ...rest];
}

const valueText = (value: unknown): string => {
  if (Array.isArray(value) && value.length === 0) return '-';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return printable(value.join(', '));
  if (typeof value !== 'object') return printable(String(value));
  return printable(stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trim());
};
