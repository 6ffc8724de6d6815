import type { Operation } from 'fast-json-patch';
import { isWritten, writtenOnce } from '../json/written.ts';

const OPERATIONS = new WeakMap<object, Map<string, Operation>>();
// places in front of a list, each of which belongs to one element of a profile
const MOST_PLACES = 8;

/** The operation that puts an element of ours at a place; for one that is the same for every pod it is made once for each place. */
export function addedAt(path: string, value: object): Operation {
  if (!isWritten(value)) return { op: 'add', path, value };
  const places = OPERATIONS.get(value) ?? new Map<string, Operation>();
  OPERATIONS.set(value, places);
  const made = places.get(path);
  if (made !== undefined) return made;
  const operation: Operation = writtenOnce({ op: 'add', path, value });
  if (places.size < MOST_PLACES) places.set(path, operation);
  return operation;
}
