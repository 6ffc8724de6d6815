import type { Overview } from '../../core/dashboard/overview.ts';

export type Counted = 'pods' | 'workloads';

/** The lines of the chart: shares of what is eligible, by time in seconds. A share of nothing is a gap, and so is a time without samples. */
export interface AdoptionSeries {
  readonly times: number[];
  readonly injected: (number | null)[];
  readonly optedIn: (number | null)[];
  /** Times between two samples for which there should be more. */
  readonly holes: readonly Hole[];
}
export interface Hole {
  readonly from: number;
  readonly to: number;
}

/** What the chart draws of the samples. Those whose time cannot be read are left out. */
export function adoptionSeries(samples: Overview['samples'], counted: Counted): AdoptionSeries {
  const known = samples
    .map((sample) => ({ at: Date.parse(sample.at) / 1000, counts: sample[counted] }))
    .filter(({ at }) => !Number.isNaN(at));
  const holes = holesAmong(known.map(({ at }) => at));
  // a point without a share in the middle of a hole, so that no line leads over it
  const gaps = holes.map(({ from, to }) => ({ at: (from + to) / 2, counts: undefined }));
  const points = [...known, ...gaps].sort((one, other) => one.at - other.at);
  const share = (part: number | undefined, of = 0) => (part === undefined || of === 0 ? null : part / of);
  return {
    times: points.map(({ at }) => at),
    injected: points.map(({ counts }) => share(counts?.injected, counts?.eligible)),
    optedIn: points.map(({ counts }) => share(counts?.optedIn, counts?.eligible)),
    holes,
  };
}

// samples of the last days are an hour apart and older ones a day, so that what is usual is asked of the steps around
const NEAR = 5;
const HOLE_OF_STEPS = 2.5;

function holesAmong(times: readonly number[]): Hole[] {
  const steps = times.slice(1).map((to, index) => to - (times[index] as number));
  return steps.flatMap((step, index) => {
    const near = steps.slice(Math.max(0, index - NEAR), index + NEAR + 1).sort((one, other) => one - other);
    const usual = near[Math.floor((near.length - 1) / 2)] as number;
    return step > HOLE_OF_STEPS * usual ? [{ from: times[index] as number, to: times[index + 1] as number }] : [];
  });
}
