import { relative } from 'node:path';
import { ROOT } from './command.ts';
import { type Schedule, sumLine } from './schedule.ts';
import type { FailedFile, Suite, SuiteResult } from './suite.ts';

/** More failures than this are no chance. */
const MOST_FILES = 3;

/** What a run came to after second tries. */
export interface Tried {
  readonly results: readonly SuiteResult[];
  /** `file: test`, of what failed at first and passed alone */
  readonly unsteady: readonly string[];
}

/**
 * Runs the files of live suites in which something failed once more, alone, where they are few. In thousands of tests that wait for
 * real servers on a busy machine, one fails by chance now and then; what fails for a reason fails again. Both tries are printed,
 * and what passed at the second is named, as it hides a fault of the test or of the product.
 * @param latest after this moment nothing is tried again, in milliseconds since 1970
 */
export async function trySecond(
  suites: readonly Suite[],
  results: readonly SuiteResult[],
  schedule: Schedule,
  latest: number,
): Promise<Tried> {
  const failing = results.filter(({ failed }) => failed > 0);
  const suiteOf = ({ name }: SuiteResult) => suites.find((suite) => suite.name === name);
  const files = failing.flatMap(({ failedFiles = [] }) => failedFiles);
  const byChance = failing.every((result) => suiteOf(result)?.live && result.failedFiles !== undefined);
  if (files.length === 0 || files.length > MOST_FILES || !byChance) return { results, unsteady: [] };
  const unsteady: string[] = [];
  const after: SuiteResult[] = [];
  for (const result of results) {
    const suite = suiteOf(result);
    const again = suite && result.failedFiles && Date.now() < latest;
    after.push(again ? await tryFiles(suite, result, result.failedFiles, schedule, unsteady) : result);
  }
  return { results: after, unsteady };
}

async function tryFiles(
  suite: Suite,
  first: SuiteResult,
  files: readonly FailedFile[],
  { progress, run }: Schedule,
  unsteady: string[],
): Promise<SuiteResult> {
  const since = Date.now();
  const names = files.map(({ path }) => relative(ROOT, path));
  const step = progress.step(`${suite.name}, second try of ${names.join(', ')}`);
  const jestArgs = [...run.jestArgs, '--runTestsByPath', ...files.map(({ path }) => path)];
  const second = await suite.run({ ...run, jestArgs, deadline: since + suite.minutes * 60_000 });
  const sum = `${suite.name}, second try: ${sumLine(second)}`;
  if (second.failed > 0) {
    step.failed(sum);
    progress.note(second.output.trimEnd());
    return { ...first, note: `failed at a second try, too: ${names.join(', ')}` };
  }
  const expected = files.reduce((total, { passed, failed }) => total + passed + failed, 0);
  if (second.skipped > 0 || second.passed < expected) {
    step.failed(`${sum}, of ${expected}`);
    return {
      ...first,
      note: `the second try ran ${second.passed} of ${expected} tests${second.skipped > 0 ? `, ${second.skipped} skipped` : ''}`,
    };
  }
  step.done(sum);
  unsteady.push(...files.flatMap((file, i) => named(names[i] ?? '', file.tests)));
  const failed = files.reduce((total, file) => total + file.failed, 0);
  const passedBefore = files.reduce((total, file) => total + file.passed, 0);
  return {
    ...first,
    passed: first.passed - passedBefore + second.passed,
    failed: first.failed - failed,
    ms: first.ms + Date.now() - since,
    note: `${failed} at the second try`,
  };
}

// a file that could not be loaded has no tests
const named = (file: string, tests: readonly string[]) =>
  tests.length === 0 ? [file] : tests.map((test) => `${file}: ${test}`);
