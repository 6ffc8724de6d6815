import type { Problem } from '../../core/problem/problem.ts';
import { type BrokenLines, MOST_PROBLEMS } from '../broken-lines.ts';

/** What became of the lines of logs; empty ones are not counted. */
export interface LineCounts extends BrokenLines {
  readonly read: number;
  /** Records of decisions that were found; an event of the audit log may hold several. */
  readonly records: number;
  /** Lines told by their bytes to hold nothing that is asked for, and not read. */
  readonly passedUnread: number;
  /** Lines of another kind: the program’s own log, events of requests that no hook was called for. */
  readonly foreign: number;
  /** Records of a time to come; they count. */
  readonly ahead: number;
  readonly aheadProblems: readonly Problem[];
}

/** Counts lines, and keeps the first that something is wrong with. */
export class LineCounter implements LineCounts {
  read = 0;
  records = 0;
  passedUnread = 0;
  foreign = 0;
  broken = 0;
  ahead = 0;
  readonly problems: Problem[] = [];
  readonly aheadProblems: Problem[] = [];

  addBroken(problem: Problem): void {
    this.broken += 1;
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem);
  }

  addAhead(problem: Problem): void {
    this.ahead += 1;
    if (this.aheadProblems.length < MOST_PROBLEMS) this.aheadProblems.push(problem);
  }
}
