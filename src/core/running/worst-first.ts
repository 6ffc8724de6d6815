import type { SidecarState } from './sidecar-state.ts';

/** Worst first: what was not written by us, what is not wanted, what lacks, what is old. */
const WORST_FIRST: readonly SidecarState[] = ['forged', 'unwanted', 'missing', 'stale'];

/** Those of these states that somebody has to do something about, each once, the worst first. */
export function worstFirst(states: Iterable<SidecarState>): readonly SidecarState[] {
  const standing = new Set(states);
  return WORST_FIRST.filter((state) => standing.has(state));
}
