import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createProgress } from '../../../scripts/progress.mjs';
import { ROOT } from '../../../scripts/testing/command.ts';
import type { Schedule } from '../../../scripts/testing/schedule.ts';
import { trySecond } from '../../../scripts/testing/second-try.ts';
import type { FailedFile, Suite, SuiteOutcome, SuiteResult, SuiteRun } from '../../../scripts/testing/suite.ts';

const NEVER = Number.POSITIVE_INFINITY;
const LINGERED: SuiteResult = { name: 'lab', passed: 100, failed: 1, skipped: 0, ms: 1000 };
const PASSES: SuiteOutcome = { passed: 5, failed: 0, skipped: 0, output: '' };

const file = (name: string, tests: readonly string[] = ['a test']): FailedFile => ({
  path: join(ROOT, name),
  tests,
  passed: 4,
  failed: Math.max(1, tests.length),
  skipped: 0,
});

const failing = (name: string, ...failedFiles: FailedFile[]): SuiteResult => ({
  name,
  passed: 100,
  failed: failedFiles.reduce((sum, { failed }) => sum + failed, 0),
  skipped: 0,
  ms: 1000,
  failedFiles,
});

async function tried(results: readonly SuiteResult[], outcome: SuiteOutcome, { live = true, latest = NEVER } = {}) {
  const runs: SuiteRun[] = [];
  const suites = results.map(
    ({ name }): Suite => ({
      name,
      needs: [],
      minutes: 1,
      live,
      run: async (run) => {
        runs.push(run);
        return outcome;
      },
    }),
  );
  const quiet = { step: () => ({ done: () => {}, failed: () => {} }), note: () => {} };
  const schedule = {
    progress: { ...createProgress(), ...quiet },
    noSkips: true,
    verbose: false,
    run: { filter: undefined, jestArgs: ['--ci'] },
  } as unknown as Schedule;
  return { ...(await trySecond(suites, results, schedule, latest)), runs };
}

describe('a second try', () => {
  test('runs the file alone, counts it by its second run and names what failed', async () => {
    const { results, unsteady, runs } = await tried([failing('lab', file('test/lab/a.test.ts'))], PASSES);
    expect(runs.map(({ jestArgs }) => jestArgs)).toEqual([
      ['--ci', '--runTestsByPath', join(ROOT, 'test/lab/a.test.ts')],
    ]);
    expect(results).toMatchObject([{ name: 'lab', passed: 101, failed: 0, note: '1 at the second try' }]);
    expect(unsteady).toEqual(['test/lab/a.test.ts: a test']);
  });

  test('names a file that could not be loaded', async () => {
    const { results, unsteady } = await tried([failing('lab', file('test/lab/a.test.ts', []))], PASSES);
    expect(results).toMatchObject([{ passed: 101, failed: 0 }]);
    expect(unsteady).toEqual(['test/lab/a.test.ts']);
  });

  test.each<[string, SuiteOutcome, string]>([
    ['fails again', { ...PASSES, passed: 4, failed: 1 }, 'failed at a second try, too: test/lab/a.test.ts'],
    ['runs fewer tests', { ...PASSES, passed: 4 }, 'the second try ran 4 of 5 tests'],
    ['skips one', { ...PASSES, skipped: 1 }, 'the second try ran 5 of 5 tests, 1 skipped'],
  ])('that %s leaves the failure', async (_, outcome, note) => {
    const first = failing('lab', file('test/lab/a.test.ts'));
    const { results, unsteady } = await tried([first], outcome);
    expect(results).toEqual([{ ...first, note }]);
    expect(unsteady).toEqual([]);
  });

  test.each<[string, readonly SuiteResult[], { live?: boolean; latest?: number }]>([
    ['of more files than fail by chance', [failing('lab', ...[1, 2, 3, 4].map((n) => file(`${n}`)))], {}],
    ['of a suite that waits for nothing', [failing('unit', file('a'))], { live: false }],
    ['when time is up', [failing('lab', file('a'))], { latest: Date.now() }],
    ['where something failed outside of files', [LINGERED, failing('ha', file('a'))], {}],
    ['where nothing failed', [failing('lab')], {}],
  ])('is not made %s', async (_, results, options) => {
    const after = await tried(results, PASSES, options);
    expect(after).toEqual({ results, unsteady: [], runs: [] });
  });
});
