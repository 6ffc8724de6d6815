import { type Amounts, NOTHING, plus, times } from './amounts.ts';
import { type At, each, type Moment } from './moments.ts';
import type { SizedWorkload } from './sized-workload.ts';

/** Sidecars that run. */
export interface RunningSidecars {
  readonly pods: number;
  /** All of them together. */
  readonly amounts: Amounts;
}

/** Sidecars of some workloads at a moment: how many, and what they take together. */
export interface SidecarSum extends RunningSidecars {
  readonly workloads: number;
}

/** A part of the cluster by its name, at each moment. */
export interface GroupSum {
  readonly name: string;
  readonly sums: At<SidecarSum>;
}

/** What runs of a workload; undefined where nobody can say, so that what is decided counts. */
export type RunningOf = (workload: SizedWorkload) => RunningSidecars | undefined;

const EMPTY: SidecarSum = { workloads: 0, pods: 0, amounts: NOTHING };

/** The sidecars of one workload at a moment. What the stage does not reach, or what never gets one, stays as it is. */
export function sidecarsAt(workload: SizedWorkload, moment: Moment, runningOf: RunningOf): SidecarSum {
  const { pods, rendered, inStage } = workload;
  const { sidecar } = rendered[moment];
  const all = sidecar === undefined ? EMPTY : { workloads: 1, pods, amounts: times(sidecar.adds, pods) };
  const running = runningOf(workload);
  const now = running === undefined ? all : { ...running, workloads: running.pods > 0 ? 1 : 0 };
  if (moment === 'now' || (moment === 'afterStage' && !inStage)) return now;
  return sidecar === undefined ? now : all;
}

/** Adds up the sidecars of workloads at each moment. */
export const sumsOf = (workloads: readonly SizedWorkload[], runningOf: RunningOf): At<SidecarSum> => {
  const at = (moment: Moment) =>
    workloads.reduce((sum, workload) => {
      const one = sidecarsAt(workload, moment, runningOf);
      return {
        workloads: sum.workloads + one.workloads,
        pods: sum.pods + one.pods,
        amounts: plus(sum.amounts, one.amounts),
      };
    }, EMPTY);
  return each(at);
};

/** The same for each group, those first that take the most at the end. */
export function groupSums(
  workloads: readonly SizedWorkload[],
  groupOf: (workload: SizedWorkload) => string,
  runningOf: RunningOf,
): readonly GroupSum[] {
  const groups = Map.groupBy(workloads, groupOf);
  return [...groups]
    .map(([name, members]) => ({ name, sums: sumsOf(members, runningOf) }))
    .toSorted((one, other) => memoryOf(other) - memoryOf(one) || (one.name < other.name ? -1 : 1));
}

const memoryOf = ({ sums }: GroupSum): number => sums.everything.amounts.requests.memory;
