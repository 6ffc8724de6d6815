import { MissingNeed } from '../../test/needs/missing-need.ts';
import { duration, type Progress } from '../progress.mjs';
import type { Suite, SuiteResult, SuiteRun } from './suite.ts';
import type { Need } from './suites.ts';

// on 2 cores a third suite only makes the others slower
const SLOTS = 2;
// a tenth of the processor where it is wanted by both
const BESIDE_NICENESS = 10;

export interface Schedule {
  readonly progress: Progress;
  /** a missing need, and a skipped test, is a failure */
  readonly noSkips: boolean;
  /** show the output of suites that pass, too */
  readonly verbose: boolean;
  readonly run: Omit<SuiteRun, 'deadline'>;
}

/**
 * Runs the suites, two at a time, those first whose needs are met. After them those that run alone, one by one in their order, and beside
 * these those that give way; needs are got meanwhile. Results are in the order of the suites.
 */
export async function runSuites(suites: readonly Suite[], schedule: Schedule): Promise<SuiteResult[]> {
  const got = new Map<Need, Promise<unknown>>();
  const get = (need: Need) => {
    const pending = got.get(need) ?? need.get(schedule.progress);
    got.set(need, pending);
    return pending;
  };
  const results = new Map<Suite, SuiteResult>();
  const run = async (suite: Suite, slots: Slots, niceness?: number) => {
    const since = Date.now();
    const problem = await firstProblem(suite.needs.map(get));
    const result =
      problem === undefined
        ? await slots.run(() => runOne(suite, schedule, niceness))
        : unmet(suite, problem, schedule, Date.now() - since);
    results.set(suite, result);
  };
  const inOrder = async (some: readonly Suite[], niceness?: number) => {
    const slots = new Slots(1);
    for (const suite of some) await run(suite, slots, niceness);
  };
  const alone = suites.filter((suite) => suite.alone);
  const beside = alone.length > 0 ? suites.filter((suite) => suite.givesWay) : [];
  const first = suites.filter((suite) => !alone.includes(suite) && !beside.includes(suite));
  const slots = new Slots(SLOTS);
  const running = first.map((suite) => run(suite, slots));
  // got meanwhile, after those that are needed first: some take long to be built
  for (const need of alone.flatMap(({ needs }) => needs)) void get(need).catch(() => {});
  await Promise.all(running);
  await Promise.all([inOrder(alone), inOrder(beside, BESIDE_NICENESS)]);
  return suites.flatMap((suite) => results.get(suite) ?? []);
}

// waits for all of them: a build that is under way would outlive the suites
async function firstProblem(needs: readonly Promise<unknown>[]): Promise<unknown> {
  const outcomes = await Promise.allSettled(needs);
  return outcomes.find((outcome) => outcome.status === 'rejected')?.reason;
}

function unmet(suite: Suite, problem: unknown, { noSkips, progress }: Schedule, ms: number): SuiteResult {
  const message = problem instanceof Error ? problem.message : String(problem);
  const skips = problem instanceof MissingNeed && !noSkips;
  progress.note(`${skips ? '-' : '✗'} ${suite.name}: ${skips ? 'skipped: ' : ''}${message}`);
  const note = `${skips ? 'skipped' : 'failed'}: ${message.split('\n').at(-1)}`;
  return { name: suite.name, passed: 0, failed: skips ? 0 : 1, skipped: skips ? 1 : 0, ms, note };
}

async function runOne(
  suite: Suite,
  { progress, noSkips, verbose, run }: Schedule,
  niceness?: number,
): Promise<SuiteResult> {
  const since = Date.now();
  const step = progress.step(suite.name);
  const {
    output,
    note: told,
    failedFiles,
    ...counts
  } = await suite.run({
    ...run,
    deadline: since + suite.minutes * 60_000,
    ...(niceness !== undefined && { niceness }),
  });
  const failed = counts.failed + (noSkips ? counts.skipped : 0);
  const skipped = noSkips ? 0 : counts.skipped;
  const sum = `${suite.name}: ${sumLine({ ...counts, failed, skipped })}`;
  if (failed > 0) step.failed(sum);
  else step.done(sum);
  if (failed > 0 || verbose) progress.note(output.trimEnd());
  const note = noSkips && counts.skipped > 0 ? `failed: ${counts.skipped} skipped, and PILLION_NO_SKIPS=1` : told;
  return {
    name: suite.name,
    passed: counts.passed,
    failed,
    skipped,
    ms: Date.now() - since,
    ...(note && { note }),
    // a skip that counts as a failure is in no file
    ...(failed === counts.failed && failedFiles && { failedFiles }),
  };
}

/** `N passed, N failed`, and `, N skipped` when there are any. */
export function sumLine({ passed, failed, skipped }: { passed: number; failed: number; skipped: number }): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** The closing table: one line for each suite. */
export function resultTable(results: readonly SuiteResult[]): string {
  const rows = results.map(
    ({ name, passed, failed, skipped, ms, note }) =>
      [name, `${passed}`, `${failed}`, `${skipped}`, duration(ms), note ?? ''] as const,
  );
  const table = [['suite', 'passed', 'failed', 'skipped', 'time', ''] as const, ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row.map((cell, i) => (i === 0 || i === 5 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))),
    )
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n');
}

class Slots {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
