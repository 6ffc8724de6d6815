import type { Problem } from './problem.ts';

// a screenful; a file with more is broken as a whole, and mending the first shows what is left
const MOST_PROBLEMS = 20;

/** The first problems, and in place of the rest one that counts them, so that what is told of a broken file stays readable. */
export function firstProblems(problems: readonly Problem[]): readonly Problem[] {
  const [first] = problems;
  const more = problems.length - MOST_PROBLEMS;
  if (first === undefined || more <= 0) return problems;
  const rest = { ...(first.file === undefined ? {} : { file: first.file }), path: '' };
  return [
    ...problems.slice(0, MOST_PROBLEMS),
    { ...rest, message: `and ${more} more problems; mend those above first` },
  ];
}
