import type { OtherPart } from '../simulation/change.ts';
import { type RunningSidecar, SIDECAR_STATES, type SidecarState } from './sidecar-state.ts';

/** How many pods are in a state, and some of them. */
export interface StateCount {
  readonly state: SidecarState;
  readonly pods: number;
  readonly examples: readonly string[];
}

/** A part of a sidecar that is another one now, in so many pods. */
export interface StaleCount extends OtherPart {
  readonly pods: number;
}

/** The states of many pods. */
export interface StatesSum {
  readonly pods: number;
  /** In the order of `SIDECAR_STATES`; those of no pod are left out. */
  readonly states: readonly StateCount[];
  /** Those of most pods first. */
  readonly stale: readonly StaleCount[];
}

/** Adds up pods one by one. */
export interface StatesTally {
  add(pod: string, running: RunningSidecar): void;
  sum(): StatesSum;
}

// enough to look at one
/** So many pods are named of a state. */
export const MOST_EXAMPLES = 3;
// a sidecar that differs in more is another one as a whole
const MOST_PARTS = 20;

export function newStatesTally(): StatesTally {
  const states = new Map<SidecarState, { pods: number; examples: string[] }>();
  const parts = new Map<string, { part: OtherPart; pods: number }>();
  return {
    add: (pod, { state, differences }) => {
      const count = states.get(state) ?? { pods: 0, examples: [] };
      states.set(state, count);
      count.pods += 1;
      if (count.examples.length < MOST_EXAMPLES) count.examples.push(pod);
      for (const part of differences) {
        const key = JSON.stringify(part);
        const known = parts.get(key);
        if (known !== undefined) known.pods += 1;
        else if (parts.size < MOST_PARTS) parts.set(key, { part, pods: 1 });
      }
    },
    sum: () => ({
      pods: [...states.values()].reduce((sum, { pods }) => sum + pods, 0),
      states: (Object.keys(SIDECAR_STATES) as SidecarState[]).flatMap((state) => {
        const count = states.get(state);
        return count === undefined ? [] : [{ state, ...count }];
      }),
      stale: [...parts.values()]
        .toSorted((one, other) => other.pods - one.pods)
        .map(({ part, pods }) => ({ ...part, pods })),
    }),
  };
}
