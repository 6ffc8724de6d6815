import { patchedCopy } from '../json/patched-copy.ts';
import { undoOf } from '../sidecar/undo.ts';

/** A running pod without its sidecar: as whoever makes it would send it again. What the sidecar did not change stands in both. */
export function asSent(pod: Readonly<Record<string, unknown>>): unknown {
  const undo = undoOf(pod);
  return undo.kind === 'undone' ? patchedCopy(pod, undo.operations) : pod;
}
