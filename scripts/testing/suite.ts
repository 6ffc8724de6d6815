import type { Guard } from '../../test/processes/guard.ts';
import type { Need } from './suites.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What a suite came to: its counts, and what it printed. */
export interface SuiteOutcome extends Counts {
  readonly output: string;
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
}

export interface Suite {
  readonly name: string;
  readonly needs: readonly Need[];
  /** after which it is ended and counts as failed; several times what it takes */
  readonly minutes: number;
  /** nothing else runs meanwhile: it asserts how long something takes to go and to come */
  readonly alone?: boolean;
  run(run: SuiteRun): Promise<SuiteOutcome>;
}

/** A suite's line in the closing table. */
export interface SuiteResult extends Counts {
  readonly name: string;
  readonly ms: number;
  readonly note?: string;
}
