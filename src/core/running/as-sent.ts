import jsonPatch from 'fast-json-patch';
import { plainJson } from '../json/plain.ts';
import { undoOf } from '../sidecar/undo.ts';

/** A running pod without its sidecar: as whoever makes it would send it again. */
export function asSent(pod: Readonly<Record<string, unknown>>): unknown {
  const undo = undoOf(pod);
  return undo.kind === 'undone' ? jsonPatch.applyPatch(plainJson(pod), [...undo.operations]).newDocument : pod;
}
