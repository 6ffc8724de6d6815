import picocolors from 'picocolors';
import { GROUPS, type Group } from '../../core/doctor/catalogue.ts';
import { type Examined, GRADES, type Grade } from '../../core/doctor/finding.ts';
import { printable } from '../../core/problem/printable.ts';

const GRADE_WIDTH = 'problem'.length;

/**
 * What was found, for people: what is wrong first, causes before what follows from them, each with the command to run next; then what is
 * fine, by what it is about.
 */
export function examinationText(examined: readonly Examined[], colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const paints = { ok: paint.green, skipped: paint.dim, warning: paint.yellow, problem: paint.red };
  const width = Math.max(0, ...examined.map(({ check }) => check.length));
  const gap = ' '.repeat(GRADE_WIDTH + 1);
  const lines = ({ code, check, grade, says, next }: Examined): readonly string[] => [
    `${paints[grade](grade.padEnd(GRADE_WIDTH))} ${paint.dim(code)} ${check.padEnd(width)}  ${printable(says)}`,
    ...(next === undefined ? [] : [`${gap}${paint.cyan(`$ ${printable(next)}`)}`]),
  ];
  // a toSorted is stable, so that the order of the catalogue stays within a grade
  const wrong = examined
    .filter(({ grade }) => grade === 'problem' || grade === 'warning')
    .toSorted((one, other) => GRADES.indexOf(one.grade) - GRADES.indexOf(other.grade));
  const rest = examined.filter(({ grade }) => grade === 'ok' || grade === 'skipped');
  const groups = (Object.keys(GROUPS) as Group[]).flatMap((group) => {
    const found = rest.filter((each) => each.group === group).flatMap(lines);
    return found.length === 0 ? [] : ['', paint.bold(GROUPS[group]), ...found];
  });
  const parts = [
    ...(wrong.length === 0 ? [] : ['', ...wrong.flatMap(lines)]),
    ...groups,
    '',
    ...ending(wrong, examined),
  ];
  return parts
    .slice(1)
    .map((line) => `${line}\n`)
    .join('');
}

function ending(wrong: readonly Examined[], examined: readonly Examined[]): readonly string[] {
  const checks = new Set(examined.map(({ code }) => code)).size;
  const skipped = counted(examined, 'skipped', 'skipped');
  const [first] = wrong;
  if (first === undefined) return [`${checks} checks, nothing is wrong${skipped === '' ? '' : `; ${skipped}`}`];
  const counts = [counted(wrong, 'problem', 'problem', 's'), counted(wrong, 'warning', 'warning', 's'), skipped];
  return [
    `${checks} checks: ${counts.filter((each) => each !== '').join(', ')}. Begin with ${first.code}: what stands above often causes what stands below it.`,
    'docs/doctor.md says what each code means.',
  ];
}

function counted(examined: readonly Examined[], grade: Grade, word: string, plural = ''): string {
  const count = examined.filter((each) => each.grade === grade).length;
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : plural}`;
}
