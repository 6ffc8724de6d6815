import { plainTable } from '../../src/cli/output/plain-table.ts';
import type { Difference } from '../core-fixtures/differences.ts';
import { type Outcome, VERDICTS, type Verdict } from './outcome.ts';

const SHOWN = 5;
const MOST_CHARACTERS = 160;

/** How many goldens came to what. */
export const countsOf = (outcomes: readonly Outcome[]): Record<Verdict, number> =>
  Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, outcomes.filter((outcome) => outcome.verdict === verdict).length]),
  ) as Record<Verdict, number>;

/** The last line of a run. */
function summaryOf(outcomes: readonly Outcome[]): string {
  const counts = countsOf(outcomes);
  return `parity: ${VERDICTS.map((verdict) => `${counts[verdict]} ${verdict}`).join(', ')} of ${outcomes.length}`;
}

/** The table of a run, and the first differences of every golden that is not met. */
export function reportOf(outcomes: readonly Outcome[], colour: boolean): string {
  const rows = outcomes.map(({ golden, verdict, note }) => [golden.replace(/\.injected$/, ''), verdict, note]);
  const wrong = outcomes.filter(({ verdict }) => verdict === 'wrong').map(explained);
  return [plainTable(['golden', 'result', 'note'], rows, colour), ...wrong, summaryOf(outcomes), ''].join('\n');
}

/** The first differences of one golden. */
export function explained({ golden, differences }: Outcome): string {
  const more = differences.length > SHOWN ? [`  and ${differences.length - SHOWN} more`] : [];
  return [`${golden}:`, ...differences.slice(0, SHOWN).map(line), ...more].join('\n');
}

const line = ({ pointer, ours, theirs }: Difference): string =>
  `  ${pointer}\n    ours:   ${text(ours)}\n    theirs: ${text(theirs)}`;

function text(value: unknown): string {
  const whole = value === undefined ? 'nothing' : JSON.stringify(value);
  return whole.length > MOST_CHARACTERS ? `${whole.slice(0, MOST_CHARACTERS)}…` : whole;
}
