import { canonicalJson } from '../json/canonical.ts';
import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';

/** One place in which two values differ; what is absent is undefined. */
export interface FieldChange {
  /** JSON pointer. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Every place in which two values differ, as deep as both are maps; a list differs as a whole. */
export function fieldChanges(before: unknown, after: unknown, at = ''): readonly FieldChange[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => fieldChanges(ownOf(before, key), ownOf(after, key), `${at}${pointer(key)}`));
  }
  const same = before === undefined || after === undefined ? before === after : textOf(before) === textOf(after);
  return same ? [] : [{ path: at, before, after }];
}

const textOf = (value: unknown): string => canonicalJson(value);
const ownOf = (map: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(map, key) ? map[key] : undefined;
