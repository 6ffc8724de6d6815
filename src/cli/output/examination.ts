import picocolors from 'picocolors';
import type { Examined } from '../../core/doctor/finding.ts';
import { printable } from '../../core/problem/printable.ts';

/** What was found, for people: one line a finding, and below a problem the command to run next. */
export function examinationText(examined: readonly Examined[], colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const paints = { ok: paint.green, warning: paint.yellow, problem: paint.red };
  const width = Math.max(0, ...examined.map(({ check }) => check.length));
  const gap = ' '.repeat(GRADE_WIDTH + width + 2);
  const lines = examined.flatMap(({ check, grade, says, next }) => [
    `${paints[grade](grade.padEnd(GRADE_WIDTH))} ${check.padEnd(width)} ${printable(says)}`,
    ...(next === undefined ? [] : [`${gap}${paint.dim(printable(next))}`]),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}

const GRADE_WIDTH = 'problem'.length;
