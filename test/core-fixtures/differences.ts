import { differences as placesBetween } from '../../src/core/json/differences.ts';

/** A place where two values differ; a side that has nothing there is undefined. */
export interface Difference {
  readonly pointer: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** Every place where two JSON values differ, as deep in them as it can be told. */
export const differences = (ours: unknown, theirs: unknown): Difference[] =>
  placesBetween(ours, theirs).map(({ path, before, after }) => ({ pointer: path, ours: before, theirs: after }));
