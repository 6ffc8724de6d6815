import type { Answers } from './probe-report.ts';

/** One request of a probe, by a clock that never runs backwards. */
export interface Observation {
  readonly answer: string;
  readonly beganMs: number;
  readonly endedMs: number;
}

// what a request spends between the probe and its sidecar, on either way, is far below this (1 to 5 ms measured)
const ON_THE_WAY_MS = 100;

/** Requests that ended alike, together, in the order of their answers. */
export function answersOf(observations: readonly Observation[]): readonly Answers[] {
  const alike = Map.groupBy(observations, ({ answer }) => answer);
  return [...alike]
    .map(([answer, requests]) => {
      const took = requests.map(({ beganMs, endedMs }) => Math.round(endedMs - beganMs));
      return { answer, count: requests.length, leastMs: Math.min(...took), mostMs: Math.max(...took) };
    })
    .sort((one, other) => (one.answer < other.answer ? -1 : 1));
}

/**
 * How many requests were at the service at once, at least: of each only the time counts that lies well within it, since the sidecar sees it later
 * than the probe sends it, and its end earlier.
 */
export function certainlyAtOnce(observations: readonly Observation[]): number {
  const changes = observations
    .map(({ beganMs, endedMs }) => ({ from: beganMs + ON_THE_WAY_MS, to: endedMs - ON_THE_WAY_MS }))
    .filter(({ from, to }) => to > from)
    .flatMap(({ from, to }) => [
      { atMs: from, by: 1 },
      { atMs: to, by: -1 },
    ])
    // of one moment the ends first
    .sort((one, other) => one.atMs - other.atMs || one.by - other.by);
  let now = 0;
  let most = 0;
  for (const { by } of changes) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
