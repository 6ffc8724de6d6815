import type { Problem } from '../core/problem/problem.ts';
import { problemLine } from '../core/problem/problem.ts';
import type { Environment } from './environment.ts';

/** Lines of a log that could not be read: how many, and the first of them. */
export interface BrokenLines {
  readonly broken: number;
  /** Each with its number. */
  readonly problems: readonly Problem[];
}

/** How many problems of a log are kept and told. */
export const MOST_PROBLEMS = 5;

/** Tells that lines are left out, and which. */
export function tellBroken(read: readonly BrokenLines[], { stderr }: Pick<Environment, 'stderr'>): void {
  const broken = read.reduce((sum, lines) => sum + lines.broken, 0);
  if (broken === 0) return;
  const shown = read.flatMap(({ problems }) => problems).slice(0, MOST_PROBLEMS);
  const lines = shown.map((problem) => `  ${problemLine(problem)}\n`);
  stderr(
    `${broken === 1 ? '1 line' : `${broken} lines`} could not be read and ${broken === 1 ? 'is' : 'are'} left out:\n${lines.join('')}`,
  );
}

/** Tells that records are of a time to come, and which. */
export function tellAhead(
  { ahead, aheadProblems }: { readonly ahead: number; readonly aheadProblems: readonly Problem[] },
  { stderr }: Pick<Environment, 'stderr'>,
): void {
  if (ahead === 0) return;
  const lines = aheadProblems.map((problem) => `  ${problemLine(problem)}\n`);
  stderr(
    `${ahead === 1 ? '1 record is' : `${ahead} records are`} of a time to come, and counted as the others:\n${lines.join('')}`,
  );
}
