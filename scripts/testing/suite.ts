import type { Guard } from '../../test/processes/guard.ts';
import type { Need } from './suites.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A file of tests in which something failed. */
export interface FailedFile extends Counts {
  /** its absolute path */
  readonly path: string;
  /** the full names of the tests that failed; none where the file could not be loaded */
  readonly tests: readonly string[];
}

/** What a suite came to: its counts, and what it printed. */
export interface SuiteOutcome extends Counts {
  readonly output: string;
  /** the files that explain every failure; undefined where something failed outside of files */
  readonly failedFiles?: readonly FailedFile[];
  /** for its line in the closing table */
  readonly note?: string;
}

/** What a suite gets to run with. */
export interface SuiteRun {
  readonly guard: Guard;
  /** a pattern that the names of the tests must match */
  readonly filter: string | undefined;
  readonly jestArgs: readonly string[];
  readonly deadline: number;
  /** added to the nice value of its processes */
  readonly niceness?: number;
}

export interface Suite {
  readonly name: string;
  readonly needs: readonly Need[];
  /** after which it is ended and counts as failed; several times what it takes */
  readonly minutes: number;
  /** nothing else runs meanwhile: it asserts how long something takes to go and to come */
  readonly alone?: boolean;
  /** it waits for nothing but the processor, which the suites that run alone mostly leave free: it runs beside them, and gives way */
  readonly givesWay?: boolean;
  /** it waits for real processes, so that a test of it can fail by chance: see second-try.ts */
  readonly live?: boolean;
  run(run: SuiteRun): Promise<SuiteOutcome>;
}

/** A suite's line in the closing table. */
export interface SuiteResult extends Counts {
  readonly name: string;
  readonly ms: number;
  readonly note?: string;
  readonly failedFiles?: readonly FailedFile[];
}
