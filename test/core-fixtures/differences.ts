import { isObject } from '../../src/core/json/is-object.ts';
import { pointerToken } from '../../src/core/json/pointer.ts';

/** A place where two values differ; a side that has nothing there is undefined. */
export interface Difference {
  readonly pointer: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** Every place where two JSON values differ, as deep in them as it can be told. */
export function differences(ours: unknown, theirs: unknown, pointer = ''): Difference[] {
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const length = Math.max(ours.length, theirs.length);
    return Array.from({ length }, (_, index) => differences(ours[index], theirs[index], `${pointer}/${index}`)).flat();
  }
  if (isObject(ours) && isObject(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
    return keys.flatMap((key) => differences(own(ours, key), own(theirs, key), `${pointer}/${pointerToken(key)}`));
  }
  return Object.is(ours, theirs) ? [] : [{ pointer, ours, theirs }];
}

const own = (object: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;
