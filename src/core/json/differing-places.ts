import { isObject } from './is-object.ts';
import { pointer, pointerParts } from './pointer.ts';

/** Two values that are compared, and how the way to them is called. */
export interface Compared {
  readonly key: string;
  readonly left: unknown;
  readonly right: unknown;
}

/**
 * Where values differ: JSON pointers in which elements of lists stand by their names, such as `/initContainers/istio-proxy/image`. What is
 * on one side only is told as a whole.
 * @param most how many places are told
 */
export function differingPlaces(compared: readonly Compared[], most = Number.POSITIVE_INFINITY): readonly string[] {
  const walk: Walk = { at: [], places: [], most };
  for (const { key, left, right } of compared) compare(walk, key, left, right);
  return walk.places;
}

/** Where the comparison is. Nearly everything is equal, so that a pointer is written only where it is not. */
interface Walk {
  readonly at: (string | number)[];
  readonly places: string[];
  readonly most: number;
}

function compare(walk: Walk, key: string | number, left: unknown, right: unknown): void {
  if (left === right || walk.places.length >= walk.most) return;
  walk.at.push(key);
  if (Array.isArray(left) && Array.isArray(right)) compareLists(walk, left, right);
  else if (isObject(left) && isObject(right)) compareObjects(walk, left, right);
  else walk.places.push(pointer(...walk.at));
  walk.at.pop();
}

type Fields = Readonly<Record<string, unknown>>;

function compareObjects(walk: Walk, left: Fields, right: Fields): void {
  for (const key of Object.keys(left))
    compare(walk, key, left[key], Object.hasOwn(right, key) ? right[key] : undefined);
  for (const key of Object.keys(right)) if (!Object.hasOwn(left, key)) compare(walk, key, undefined, right[key]);
}

function compareLists(walk: Walk, left: readonly unknown[], right: readonly unknown[]): void {
  if (isAligned(left, right)) {
    for (let index = 0; index < left.length; index += 1)
      compare(walk, nameOf(left[index]) ?? index, left[index], right[index]);
    return;
  }
  const [names, others] = [left.map(nameOf), right.map(nameOf)];
  // a container that starts before another one is another sidecar as well
  const inBoth = (some: readonly unknown[], there: readonly unknown[]) => some.filter((name) => there.includes(name));
  const [kept, again] = [inBoth(names, others), inBoth(others, names)];
  const isMoved = kept.length !== again.length || kept.some((name, index) => name !== again[index]);
  if (isMoved || names.includes(undefined) || others.includes(undefined)) walk.places.push(pointer(...walk.at));
  else compareObjects(walk, byName(left), byName(right));
}

/** Whether elements of the same name stand at the same place, as they do unless something is added. */
function isAligned(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) if (nameOf(left[index]) !== nameOf(right[index])) return false;
  return true;
}

const nameOf = (element: unknown): string | undefined =>
  isObject(element) && typeof element.name === 'string' ? element.name : undefined;

// entries and no assignments: a name may be __proto__
const byName = (list: readonly unknown[]): Fields =>
  Object.fromEntries(list.map((element) => [nameOf(element), element]));

/** What such a place leads to; undefined when that is not there. */
export const valueAtPlace = (value: unknown, place: string): unknown =>
  pointerParts(place).reduce<unknown>((at, part) => {
    if (Array.isArray(at)) return at.find((element) => nameOf(element) === part) ?? at[Number(part)];
    return isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }, value);

/** Whether a place is another one, or lies within it. */
export const liesWithin = (place: string, outer: string): boolean =>
  place === outer || place.startsWith(`${outer}/`) || outer === '';

/** Where two values differ that stand at a place, as places of the whole. */
export const differingWithin = (place: string, left: unknown, right: unknown): readonly string[] =>
  differingPlaces([{ key: '', left, right }]).map((within) => place + within.slice(1));
