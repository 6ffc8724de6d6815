import type { Remark } from '../../core/dashboard/document.ts';
import { Fault } from '../../core/problem/faults.ts';
import { type Problem, problemLine } from '../../core/problem/problem.ts';
import { ApiError } from '../api-error.ts';
import { NotComputed, StillReading } from './kept-reading.ts';

/** That something could not be read, for whoever looks at the rest. */
export function remarkOn(what: string, error: unknown): Remark {
  if (error instanceof Fault)
    return { what: `${what} cannot be used: ${linesOf(error.problems)}`, next: 'Mend the places that are named.' };
  if (error instanceof ApiError && error.status === 403)
    return {
      what: `${what} may not be read: ${error.message}`,
      next: 'Give the ServiceAccount of Pillion the right; the roles of the chart have it.',
    };
  if (error instanceof StillReading)
    return { what: `${what}: this is still being read`, next: 'Load the page again in a moment.' };
  if (error instanceof NotComputed) return { what: `${what}: ${error.message}`, next: error.next };
  return {
    what: `${what} could not be read: ${error instanceof Error ? error.message : String(error)}`,
    next: 'It is tried again when you reload; pillion doctor says what is wrong with the way to the API server.',
  };
}

/** That a part of what was read makes no sense, and is left out. */
export const remarkOnProblem = (problem: Problem): Remark => ({
  what: problemLine(problem),
  next: 'It is left out, and the rest counts; mend or delete it.',
});

/** That some resources may not be read, which something hangs on. */
export const remarkOnHidden = (hidden: readonly string[], what: string): readonly Remark[] =>
  hidden.length === 0
    ? []
    : [
        {
          what: `${hidden.join(', ')} may not be read, so ${what} that hang on them are missing`,
          next: 'Give the ServiceAccount of Pillion the right to list them; the roles of the chart have it.',
        },
      ];

const linesOf = (problems: readonly Problem[]): string => problems.map(problemLine).join('; ');

/** Collects what could not be read, while the rest goes on. */
export class Remarks {
  readonly #told: Remark[] = [];

  get all(): readonly Remark[] {
    return this.#told;
  }

  add(...remarks: readonly Remark[]): void {
    this.#told.push(...remarks);
  }

  /**
   * What a call gives; undefined, and a remark, where it fails for what stands there or for lack of a right.
   * @throws what else it throws, such as ClusterUnreachable
   */
  async unless<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      const isPartial = error instanceof Fault || (error instanceof ApiError && error.status === 403);
      if (!isPartial) throw error;
      this.add(remarkOn(what, error));
      return undefined;
    }
  }
}
