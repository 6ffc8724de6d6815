/** What is counted of pods, and of the workloads behind them. Each but `excluded` is a part of `eligible`. */
export const FIGURES = ['eligible', 'optedIn', 'injected', 'stale', 'excluded', 'incompatible'] as const;
export type Figure = (typeof FIGURES)[number];

/**
 * - eligible: could have a sidecar; the denominator. Excluded ones, protected namespaces and pods that no sidecar fits do not count.
 * - optedIn: today's policy injects it.
 * - injected: runs with its sidecar; of a workload: all its pods do.
 * - stale: of these, the sidecar is not the one that today's policy renders; of a workload: of at least one pod.
 * - excluded: an exclusion of the policy keeps it out.
 * - incompatible: a check of compatibility says that it does not work with a sidecar as it stands.
 */
export type Counts = Readonly<Record<Figure, number>>;

/** Of whom pods are counted together. */
export interface Group {
  readonly namespace: string;
  /** Undefined where the namespace names none. */
  readonly tribe?: string;
  /** Undefined where the pod names none. */
  readonly squad?: string;
}

/** The counts of one namespace and squad. */
export interface Cell extends Group {
  readonly pods: Counts;
  readonly workloads: Counts;
}

/** How far the rollout was at a time. */
export interface AdoptionPoint {
  /** ISO 8601, in UTC. */
  readonly at: string;
  readonly pods: Counts;
  readonly workloads: Counts;
  /** Undefined where only the sums were kept. Ordered by namespace and squad. */
  readonly cells?: readonly Cell[];
}

export const NOTHING: Counts = { eligible: 0, optedIn: 0, injected: 0, stale: 0, excluded: 0, incompatible: 0 };

/** The sum of counts. */
export function sumOf(counts: Iterable<Counts>): Counts {
  const sum: Record<Figure, number> = { ...NOTHING };
  for (const each of counts) for (const figure of FIGURES) sum[figure] += each[figure];
  return sum;
}

/** A point with the sums of its cells. */
export const pointOf = (at: string, cells: readonly Cell[]): AdoptionPoint => ({
  at,
  pods: sumOf(cells.map(({ pods }) => pods)),
  workloads: sumOf(cells.map(({ workloads }) => workloads)),
  cells,
});

/** Whether anything was counted. */
export const hasCounts = (counts: Counts): boolean => FIGURES.some((figure) => counts[figure] !== 0);
