import type { Overview } from '../../core/dashboard/overview.ts';

export type Counted = 'pods' | 'workloads';

/** The lines of the chart: shares of what is eligible, by time in seconds. A share of nothing is a gap. */
export interface AdoptionSeries {
  readonly times: number[];
  readonly injected: (number | null)[];
  readonly optedIn: (number | null)[];
}

/** What the chart draws of the samples. Those whose time cannot be read are left out. */
export function adoptionSeries(samples: Overview['samples'], counted: Counted): AdoptionSeries {
  const known = samples.filter(({ at }) => !Number.isNaN(Date.parse(at)));
  const share = (part: number, of: number) => (of === 0 ? null : part / of);
  return {
    times: known.map(({ at }) => Date.parse(at) / 1000),
    injected: known.map((sample) => share(sample[counted].injected, sample[counted].eligible)),
    optedIn: known.map((sample) => share(sample[counted].optedIn, sample[counted].eligible)),
  };
}
