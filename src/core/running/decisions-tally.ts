import type { DecisionRecord } from '../api/decision-record.ts';

/** How many workloads and pods come to one decision. */
export interface DecisionCount extends Pick<DecisionRecord, 'verdict' | 'reason'> {
  readonly workloads: number;
  readonly pods: number;
  /** Some of the workloads. */
  readonly examples: readonly string[];
}

type Decided = Pick<DecisionRecord, 'verdict' | 'reason'>;

/** Adds up decisions one by one. */
export interface DecisionsTally {
  addWorkload(decided: Decided, name: string): void;
  addPod(decided: Decided): void;
  /** Those about most pods first. */
  counts(): readonly DecisionCount[];
}

// enough to look at one
const MOST_EXAMPLES = 5;

export function newDecisionsTally(): DecisionsTally {
  const counts = new Map<string, Decided & { workloads: number; pods: number; examples: string[] }>();
  const countOf = ({ verdict, reason }: Decided) => {
    const key = `${verdict} ${reason}`;
    const count = counts.get(key) ?? { verdict, reason, workloads: 0, pods: 0, examples: [] };
    counts.set(key, count);
    return count;
  };
  return {
    addWorkload: (decided, name) => {
      const count = countOf(decided);
      count.workloads += 1;
      if (count.examples.length < MOST_EXAMPLES) count.examples.push(name);
    },
    addPod: (decided) => {
      countOf(decided).pods += 1;
    },
    counts: () =>
      [...counts.values()].toSorted((one, other) => other.pods - one.pods || other.workloads - one.workloads),
  };
}
