import type { Operation } from 'fast-json-patch';
import { isWritten, writtenOnce } from '../json/written.ts';

const MADE = new WeakMap<readonly object[], Map<string, readonly Operation[]>>();
// a list of elements that is the same for every pod goes to one place, or to few
const MOST_PLACES = 8;

/**
 * The operations that put elements of ours in front of a list, or behind it. Elements that are the same for every pod come in a
 * list that is the same too, so its operations are made once.
 * @param place the last part of the path of an element, by its number
 */
export function additions(
  path: string,
  elements: readonly object[],
  place: (index: number) => string | number,
): readonly Operation[] {
  if (elements.length === 0) return [];
  const key = `${path}/${place(0)}`;
  const places = MADE.get(elements);
  const known = places?.get(key);
  if (known !== undefined) return known;
  const made = elements.map((value, index): Operation => ({ op: 'add', path: `${path}/${place(index)}`, value }));
  if (!elements.every(isWritten)) return made;
  const operations = made.map(writtenOnce);
  if (places === undefined) MADE.set(elements, new Map([[key, operations]]));
  else if (places.size < MOST_PLACES) places.set(key, operations);
  return operations;
}
