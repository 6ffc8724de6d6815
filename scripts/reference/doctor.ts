import { DOCTOR_CHECKS, type DoctorCheck, GROUPS } from '../../src/core/doctor/catalogue.ts';
import { GENERATED_NOTE, table } from './table.ts';

/** docs/doctor.md: every check of `pillion doctor` with what has to be true and what to do. */
export function doctorReference(): string {
  const checks: readonly (readonly [string, DoctorCheck])[] = Object.entries(DOCTOR_CHECKS);
  return [
    GENERATED_NOTE,
    '# Checks of `pillion doctor`',
    '',
    '`pillion doctor` examines an installation. It changes nothing: the pod that it tries is a dry run. What is wrong stands first, causes',
    'before what follows from them, each with the command to run next, with the names of your cluster. `-n NAMESPACE` looks closely at one',
    'namespace. What it may read is in [rights.md](rights.md); a check that cannot look says why, and keeps no other from looking.',
    '',
    table(
      ['grade', 'means'],
      [
        ['`ok`', 'it is as it has to be'],
        ['`skipped`', 'it cannot be looked at from here, or before something else is mended that another check tells'],
        ['`warning`', 'it works, and may stop; or a right to look is missing'],
        ['`problem`', 'pods that ask are refused, or go without what they asked for'],
      ],
    ),
    '',
    table(
      ['exit code', 'when'],
      [
        ['0', 'there is no problem; with `--strict` no warning either'],
        ['1', 'there is a problem; with `--strict` also a warning'],
        ['2', 'the command is not used as it is meant'],
        ['4', 'the cluster cannot be asked'],
      ],
    ),
    '',
    '`-o json` and `-o yaml` print one object: `grade`, the worst of all that was found (`ok`, `warning` or `problem`), and `checks`, a list in the',
    'order below. Each entry has `code`, `check` (the name below), `group`, `grade`, `says` (a sentence) and, where there is something to run,',
    '`next`. A check that finds several things has several entries. Codes, names, groups and grades are kept; sentences and commands may be',
    'improved, and fields may be added.',
    '',
    ...Object.entries(GROUPS).flatMap(([group, title]) => [
      `## ${title} (\`${group}\`)`,
      '',
      table(
        ['code', 'check', 'what has to be true', 'what to do'],
        checks
          .filter(([, each]) => each.group === group)
          .map(([code, { name, sentence, remedy }]) => [`\`${code}\``, name, sentence, remedy]),
      ),
      '',
    ]),
  ].join('\n');
}
