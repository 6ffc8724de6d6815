import { readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Guard } from '../../test/processes/guard.ts';
import { type CommandOutcome, runCommand } from './command.ts';
import { reportFlags } from './open-handles.ts';
import type { FailedFile, SuiteOutcome, SuiteRun } from './suite.ts';
import type { JestSuite } from './suite-names.ts';

// Jest's own word for it is --experimental-vm-modules: tests are ECMAScript modules
const NODE_FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
// two suites run at a time
const WORKERS = Math.max(1, Math.floor(availableParallelism() / 2));

/** The fields that are read from what `jest --json` writes. */
interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/**
 * How a Jest suite is run: `jest --selectProjects NAME`.
 * @param workers how many files at a time; half the cores unless told
 */
export function runJest(name: JestSuite, workers = WORKERS): (run: SuiteRun) => Promise<SuiteOutcome> {
  return ({ guard, filter, jestArgs, deadline, niceness }) => {
    const args = filter === undefined ? [...jestArgs] : ['--testNamePattern', filter, ...jestArgs];
    const flags = [`--maxWorkers=${workers}`, '--selectProjects', name, '--passWithNoTests'];
    return jest(guard, name, [...flags, ...args], deadline, niceness);
  };
}

/** Runs Jest and counts: a test, or a file that could not be loaded, or a run that had to be ended. A filtered-out test is not counted. */
export async function jest(
  guard: Guard,
  name: string,
  args: readonly string[],
  deadline: number,
  niceness?: number,
): Promise<SuiteOutcome> {
  const result = join(guard.folder, `${name}.json`);
  const own = ['--json', `--outputFile=${result}`, process.stderr.isTTY ? '--colors' : '--no-colors'];
  const report = `${name}-open.json`;
  const flags = [...NODE_FLAGS, ...reportFlags(guard.folder, report)];
  const command = [...flags, 'node_modules/jest/bin/jest.js', ...own, ...args];
  const work = { result, report: join(guard.folder, report) };
  // of a run before this one
  await Promise.all(Object.values(work).map((file) => rm(file, { force: true })));
  const outcome = await runCommand(guard, { name, command: process.execPath, args: command, deadline, niceness, work });
  const counted = await readFile(result, 'utf8').then(
    (text) => JSON.parse(text) as JestReport,
    () => undefined,
  );
  const output = outcome.output.replace(/^Test results written to: .*\n/m, '') + explain(outcome, counted);
  if (counted === undefined) return { passed: 0, failed: 1, skipped: 0, output };
  const broken =
    counted.numRuntimeErrorTestSuites + (outcome.ended === undefined || outcome.ended === 'exiting' ? 0 : 1);
  const failed = counted.numFailedTests + broken;
  const filtered = args.includes('--testNamePattern') || args.includes('-t');
  const failedFiles = failedFilesOf(counted);
  return {
    passed: counted.numPassedTests,
    // a global setup or a coverage threshold fails the run without failing a test
    failed: failed === 0 && outcome.code !== 0 && outcome.ended !== 'exiting' ? 1 : failed,
    skipped: filtered ? 0 : counted.numPendingTests + counted.numTodoTests,
    output,
    ...(failed > 0 && failed === failedFiles.reduce((sum, file) => sum + file.failed, 0) && { failedFiles }),
    ...(outcome.leftOpen && { note: `ended late; open after its tests: ${outcome.leftOpen.join(', ')}` }),
  };
}

function failedFilesOf(report: JestReport): FailedFile[] {
  return report.testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name, assertionResults }) => {
      const having = (status: string) => assertionResults.filter((one) => one.status === status);
      const tests = having('failed').map(({ fullName }) => fullName);
      // one that could not be loaded has no tests and is one failure
      const failed = Math.max(1, tests.length);
      const skipped = having('pending').length + having('todo').length;
      return { path: name, tests, passed: having('passed').length, failed, skipped };
    });
}

function explain({ code, ended }: CommandOutcome, report: JestReport | undefined): string {
  if (ended === 'too slow')
    return '\nended from outside: it took longer than scripts/testing/suites.ts allows; raise the limit there or speed it up\n';
  if (ended === 'lingered')
    return '\nended from outside: the tests were done but left something open, which the last table names; find where with `-- --detectOpenHandles`\n';
  if (report === undefined) return `\nJest ended with exit code ${code} and no result: read its output above\n`;
  return '';
}
