import { MissingNeed } from '../../test/needs/missing-need.ts';
import { duration, type Progress } from '../progress.mjs';
import type { Suite, SuiteResult, SuiteRun } from './suite.ts';
import type { Need } from './suites.ts';

// on 2 cores a third suite only makes the others slower
const SLOTS = 2;

export interface Schedule {
  readonly progress: Progress;
  /** a missing need, and a skipped test, is a failure */
  readonly noSkips: boolean;
  /** show the output of suites that pass, too */
  readonly verbose: boolean;
  readonly run: Omit<SuiteRun, 'deadline'>;
}

/**
 * Runs the suites, two at a time, those first whose needs are met, and after them those that run alone; needs are got meanwhile.
 * Results are in the order of the suites.
 */
export async function runSuites(suites: readonly Suite[], schedule: Schedule): Promise<SuiteResult[]> {
  const got = new Map<Need, Promise<unknown>>();
  const get = (need: Need) => {
    const pending = got.get(need) ?? need.get(schedule.progress);
    got.set(need, pending);
    return pending;
  };
  const start = async (suite: Suite, slots: Slots, before: Promise<unknown>) => {
    const since = Date.now();
    const problem = await firstProblem(suite.needs.map(get));
    if (problem !== undefined) return unmet(suite, problem, schedule, Date.now() - since);
    await before;
    return slots.run(() => runOne(suite, schedule));
  };
  const together = new Slots(SLOTS);
  const results = new Map(
    suites.filter((suite) => !suite.alone).map((suite) => [suite, start(suite, together, Promise.resolve())]),
  );
  const others = Promise.all(results.values());
  const oneByOne = new Slots(1);
  return Promise.all(suites.map((suite) => results.get(suite) ?? start(suite, oneByOne, others)));
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

async function runOne(suite: Suite, { progress, noSkips, verbose, run }: Schedule): Promise<SuiteResult> {
  const since = Date.now();
  const step = progress.step(suite.name);
  const {
    output,
    note: told,
    failedFiles,
    ...counts
  } = await suite.run({ ...run, deadline: since + suite.minutes * 60_000 });
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
