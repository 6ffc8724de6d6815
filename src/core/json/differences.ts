import { isObject } from './is-object.ts';
import { pointerToken } from './pointer.ts';

/** A place where two values differ; a side that has nothing there is undefined. */
export interface Difference {
  /** JSON pointer: into the value after, or before where nothing is there any more. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What identifies an item of a list, so that one that moved is not another one; undefined where only its place does. */
export type ItemKey = (item: unknown) => string | undefined;

/** Every place where two JSON values differ, as deep in them as it can be told. */
export function differences(before: unknown, after: unknown, keyOf: ItemKey = byPlace, path = ''): Difference[] {
  if (Array.isArray(before) && Array.isArray(after)) {
    return pairs(before, after, keyOf).flatMap(([one, other, index]) =>
      differences(one, other, keyOf, `${path}/${index}`),
    );
  }
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(own(before, key), own(after, key), keyOf, `${path}/${pointerToken(key)}`));
  }
  return Object.is(before, after) ? [] : [{ path, before, after }];
}

const byPlace: ItemKey = () => undefined;

type Paired = readonly [before: unknown, after: unknown, index: number];

function pairs(before: readonly unknown[], after: readonly unknown[], keyOf: ItemKey): Paired[] {
  const [ofBefore, ofAfter] = [keyed(before, keyOf), keyed(after, keyOf)];
  if (ofBefore === undefined || ofAfter === undefined) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => [before[index], after[index], index]);
  }
  const gone = [...ofBefore].filter(([key]) => !ofAfter.has(key));
  return [
    ...gone.map(([, index]): Paired => [before[index], undefined, index]),
    ...[...ofAfter].map(([key, index]): Paired => [before[ofBefore.get(key) ?? -1], after[index], index]),
  ];
}

/** The place of each item under its key; undefined unless each has one of its own. */
function keyed(items: readonly unknown[], keyOf: ItemKey): ReadonlyMap<string, number> | undefined {
  const places = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item);
    if (key === undefined || places.has(key)) return undefined;
    places.set(key, index);
  }
  return places;
}

const own = (object: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;
