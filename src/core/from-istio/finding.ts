import type { Problem } from '../problem/problem.ts';

/** Something of Istio’s settings that could not be expressed: where it stands, why, and the way out. */
export interface Finding extends Problem {
  /** What would express as much of it as can be. */
  readonly proposal?: object;
}
