import type { Operation } from 'fast-json-patch';
import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import { shown } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';

/**
 * What has to change about a value so that the map at a place of it holds these entries as well. Maps on the way there are made.
 * @param keys the way to the map
 * @returns the operations, or where something else stands than a map
 */
export function mapAdditions(
  value: unknown,
  keys: readonly string[],
  entries: Readonly<Record<string, unknown>>,
): { readonly operations: readonly Operation[] } | { readonly problem: Problem } {
  if (Object.keys(entries).length === 0) return { operations: [] };
  let at: unknown = value;
  for (const [depth, key] of keys.entries()) {
    const path = pointer(...keys.slice(0, depth + 1));
    const rest = keys.slice(depth + 1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), entries);
    if (!isObject(at) || !Object.hasOwn(at, key)) return { operations: [{ op: 'add', path, value: rest }] };
    at = at[key];
    if (at === null || (isObject(at) && Object.keys(at).length === 0))
      return { operations: [{ op: 'replace', path, value: rest }] };
    if (!isObject(at))
      return {
        problem: {
          path,
          message: `is ${shown(at)}; accepted: a map, which the chart gives its pods; or say in sidecar.podAnnotationsAt and podLabelsAt where that is`,
        },
      };
  }
  const map = isObject(at) ? at : {};
  return {
    operations: Object.entries(entries)
      .filter(([key, entry]) => !Object.hasOwn(map, key) || map[key] !== entry)
      .map(([key, entry]) => ({
        op: Object.hasOwn(map, key) ? 'replace' : 'add',
        path: pointer(...keys, key),
        value: entry,
      })),
  };
}
