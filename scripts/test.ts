// `npm test`: every suite, with a closing summary.
import { OLDEST_KUBERNETES } from '../src/core/kubernetes/oldest.ts';
import { openGuard } from '../test/processes/guard.ts';
import { createProgress, duration } from './progress.mjs';
import { endWith } from './testing/interruption.ts';
import { readOptions, type TestOptions } from './testing/options.ts';
import { resultTable, runSuites, sumLine } from './testing/schedule.ts';
import { trySecond } from './testing/second-try.ts';
import { SUITES } from './testing/suites.ts';

// a whole run may take 90 minutes
const LATEST_SECOND_TRY_MS = 82 * 60_000;

async function runTests(options: TestOptions): Promise<void> {
  const since = Date.now();
  // the tests and what they start read it from the environment
  if (options.yes) process.env.PILLION_YES = '1';
  if (options.seed !== undefined) process.env.PILLION_SEED = options.seed;
  if (options.oldest) process.env.PILLION_KUBERNETES = OLDEST_KUBERNETES;
  const guard = await openGuard();
  endWith(guard);
  const suites = SUITES.filter(({ name }) => options.suites.includes(name));
  const schedule = {
    progress: createProgress(),
    noSkips: process.env.PILLION_NO_SKIPS === '1',
    verbose: options.named,
    run: { guard, filter: options.filter, jestArgs: options.jestArgs },
  };
  const first = await runSuites(suites, schedule);
  const latest = options.named ? since : since + LATEST_SECOND_TRY_MS;
  const { results, unsteady } = await trySecond(suites, first, schedule, latest);
  await guard.stop();
  const add = (count: 'passed' | 'failed' | 'skipped') => results.reduce((sum, result) => sum + result[count], 0);
  const sum = { passed: add('passed'), failed: add('failed'), skipped: add('skipped') };
  const nothingRan = sum.passed + sum.failed === 0;
  if (nothingRan) process.stderr.write('no test ran: widen the suites or the name given to npm test\n');
  if (unsteady.length > 0)
    process.stderr.write(`\nfailed, then passed alone; each hides a fault to be found:\n  ${unsteady.join('\n  ')}\n`);
  process.stdout.write(`\n${resultTable(results)}\n\nin ${duration(Date.now() - since)}\n${sumLine(sum)}\n`);
  process.exitCode = sum.failed > 0 || nothingRan ? 1 : 0;
}

try {
  await runTests(readOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
