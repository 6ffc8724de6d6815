import { type Cell, type Counts, type Figure, type Group, NOTHING } from './counts.ts';

/** A pod that runs or is about to, as far as the count needs it. */
export interface CountedPod extends Group {
  /** The workload behind it, such as `Deployment/web`; unique within its namespace. */
  readonly workload: string;
  /** `ineligible`: no sidecar fits or may be there, such as on the host network or in a protected namespace. */
  readonly standing: 'eligible' | 'excluded' | 'ineligible';
  /** Whether today's policy injects it. */
  readonly optedIn: boolean;
  /** `lacking`: it has one, which is another one today, and which cannot be told to have what its stage switches on. */
  readonly sidecar: 'none' | 'current' | 'stale' | 'lacking';
  readonly incompatible: boolean;
  /** ISO 8601; a workload belongs to the squad of its newest pod. */
  readonly createdAt: string;
}

interface WorkloadSeen extends Group {
  newest: string;
  readonly pods: Record<Figure, number>;
}

type MutableCell = { [K in keyof Cell]: Cell[K] extends Counts ? Record<Figure, number> : Cell[K] };

/**
 * Counts pods one after another, in whatever order, and keeps no pod: memory grows with the workloads.
 */
export class AdoptionCount {
  readonly #cells = new Map<string, MutableCell>();
  readonly #workloads = new Map<string, WorkloadSeen>();

  add(pod: CountedPod): void {
    if (pod.standing === 'ineligible') return;
    addTo(this.#cell(pod).pods, figuresOf(pod));
    const key = JSON.stringify([pod.namespace, pod.workload]);
    const seen = this.#workloads.get(key) ?? { ...groupOf(pod), newest: pod.createdAt, pods: { ...NOTHING } };
    addTo(seen.pods, figuresOf(pod));
    // pods of one instant are told apart by their squad, so that the order in which they come does not matter
    const newer =
      pod.createdAt > seen.newest || (pod.createdAt === seen.newest && (pod.squad ?? '') > (seen.squad ?? ''));
    this.#workloads.set(key, newer ? { ...groupOf(pod), newest: pod.createdAt, pods: seen.pods } : seen);
  }

  /** What was counted so far, ordered by namespace and squad. */
  cells(): readonly Cell[] {
    const cells = new Map([...this.#cells].map(([key, cell]) => [key, { ...cell, workloads: { ...NOTHING } }]));
    for (const workload of this.#workloads.values()) {
      const cell = cells.get(keyOf(workload)) as MutableCell;
      addTo(cell.workloads, figuresOfWorkload(workload.pods));
    }
    return [...cells.values()].sort(byGroup);
  }

  #cell(pod: CountedPod): MutableCell {
    const key = keyOf(pod);
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const cell = { ...groupOf(pod), pods: { ...NOTHING }, workloads: { ...NOTHING } };
    this.#cells.set(key, cell);
    return cell;
  }
}

const groupOf = ({ namespace, tribe, squad }: Group): Group => ({
  namespace,
  ...(tribe === undefined ? {} : { tribe }),
  ...(squad === undefined ? {} : { squad }),
});

const keyOf = ({ namespace, squad }: Group): string => JSON.stringify([namespace, squad]);

/** Orders by namespace, then squad, alike on every machine; who has no squad comes first. */
export function byGroup(one: Group, other: Group): number {
  if (one.namespace !== other.namespace) return one.namespace < other.namespace ? -1 : 1;
  const [squad, otherSquad] = [one.squad ?? '', other.squad ?? ''];
  if (squad === otherSquad) return 0;
  return squad < otherSquad ? -1 : 1;
}

function figuresOf({ standing, optedIn, sidecar, incompatible }: CountedPod): Counts {
  if (standing === 'excluded') return { ...NOTHING, excluded: 1 };
  return {
    eligible: 1,
    optedIn: Number(optedIn),
    injected: Number(sidecar === 'current' || sidecar === 'stale'),
    stale: Number(sidecar === 'stale' || sidecar === 'lacking'),
    excluded: 0,
    incompatible: Number(incompatible),
  };
}

/** A workload is excluded when all its pods are; while some of its pods are without a sidecar, it is not yet injected. */
function figuresOfWorkload(pods: Counts): Counts {
  if (pods.eligible === 0) return { ...NOTHING, excluded: 1 };
  return {
    eligible: 1,
    optedIn: Number(pods.optedIn > 0),
    injected: Number(pods.injected === pods.eligible),
    stale: Number(pods.stale > 0),
    excluded: 0,
    incompatible: Number(pods.incompatible > 0),
  };
}

function addTo(sum: Record<Figure, number>, counts: Counts): void {
  for (const [figure, count] of Object.entries(counts)) sum[figure as Figure] += count;
}
