/** What a probe may do at most: it is real traffic, so it stays a small part of what a service has anyway. */
export const PROBE_LIMITS = { requests: 1_000, concurrency: 200, seconds: 120 } as const;

/** The load of one probe. */
export interface ProbePlan {
  /** Without an effect by their meaning, so that a probe changes nothing. */
  readonly method: 'GET' | 'HEAD' | 'OPTIONS';
  /** With its query. */
  readonly path: string;
  readonly requests: number;
  /** How many requests are under way at once at most. */
  readonly concurrency: number;
  /** Whatever is under way after so long is given up. */
  readonly seconds: number;
}
