import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import { ANNOTATIONS } from './names.ts';
import { type Injection, LISTS, partsOf } from './rendering.ts';

/**
 * Where two injections for one pod differ: pointers into the pod, in which elements of lists stand by their names, such as
 * `/initContainers/istio-proxy/image`. The status is left out: it names the policy.
 * @param most how many places are told
 */
export function differingPlaces(one: Injection, other: Injection, most: number): readonly string[] {
  const walk: Walk = { at: [], places: [], most };
  for (const list of LISTS) compare(walk, list, partsOf(one[list]), partsOf(other[list]));
  compare(walk, 'labels', one.labels, other.labels);
  compare(walk, 'annotations', withoutStatus(one), withoutStatus(other));
  compare(walk, 'removedAnnotations', one.removedAnnotations, other.removedAnnotations);
  compare(walk, 'changes', one.changes, other.changes);
  return walk.places;
}

const withoutStatus = ({ annotations: { [ANNOTATIONS.status]: _, ...others } }: Injection) => others;

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
