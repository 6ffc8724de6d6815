/** A subject and the anchor it is compared with, both timed in every round so that a busy machine slows both. */
export interface Pair {
  readonly subject: () => unknown;
  readonly anchor: () => unknown;
}

/** Medians over all rounds, in microseconds a call. The ratio is the median of the rounds’ own ratios. */
export interface PairResult {
  readonly subject: number;
  readonly anchor: number;
  readonly ratio: number;
}

export interface Rounds {
  readonly rounds: number;
  /** How long one round of one side takes, about. */
  readonly roundMs: number;
}

/** Times both sides in turn, after as many rounds of warming up as the compiler needs. */
export function interleaved({ subject, anchor }: Pair, { rounds, roundMs }: Rounds): PairResult {
  const calls = callsWithin(subject, roundMs);
  const anchorCalls = callsWithin(anchor, roundMs);
  const results = Array.from({ length: rounds }, (_, round) => {
    // neither side always has the other's garbage to collect
    const anchorFirst = round % 2 === 0;
    const before = anchorFirst ? perCall(anchor, anchorCalls) : 0;
    const time = perCall(subject, calls);
    return { subject: time, anchor: anchorFirst ? before : perCall(anchor, anchorCalls) };
  });
  return {
    subject: median(results.map((result) => result.subject)),
    anchor: median(results.map((result) => result.anchor)),
    ratio: median(results.map((result) => result.subject / result.anchor)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

const WARM_UP_MS = 600;

function callsWithin(task: () => unknown, ms: number): number {
  let calls = 0;
  const end = performance.now() + WARM_UP_MS;
  while (performance.now() < end) {
    task();
    calls += 1;
  }
  return Math.max(1, Math.round((calls / WARM_UP_MS) * ms));
}

// what the last call returned, so that no call can be left out as useless
let kept: unknown;

function perCall(task: () => unknown, calls: number): number {
  const start = performance.now();
  for (let call = 0; call < calls; call += 1) kept = task();
  const microseconds = (performance.now() - start) * 1000;
  return kept === undefined ? Number.NaN : microseconds / calls;
}
