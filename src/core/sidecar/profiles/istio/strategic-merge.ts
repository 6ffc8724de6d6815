import { isObject } from '../../../json/is-object.ts';

type Json = Readonly<Record<string, unknown>>;

/** Lists of a container whose elements are told apart by a field (k8s.io/api core/v1, patchMergeKey). */
const MERGE_KEYS: ReadonlyMap<string, string> = new Map([
  ['env', 'name'],
  ['ports', 'containerPort'],
  ['volumeMounts', 'mountPath'],
  ['volumeDevices', 'devicePath'],
]);

/** Fields of which an element has one at most: the upper one takes the place of the others. */
const EXCLUSIVE: readonly ReadonlySet<string>[] = [
  new Set(['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep']),
  new Set(['value', 'valueFrom']),
];

/**
 * A container with another laid over it, as a strategic merge patch does it: maps field by field, lists with a merge key element
 * by element, every other list as a whole. A null says nothing.
 */
export function mergedContainer(under: Json, over: Json): Json {
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    if (value === null || value === undefined) continue;
    const mergeKey = MERGE_KEYS.get(key);
    const there = Object.hasOwn(under, key) ? under[key] : undefined;
    merged[key] =
      mergeKey !== undefined && Array.isArray(value) && Array.isArray(there)
        ? mergedList(there, value, mergeKey)
        : mergedValue(there, value);
  }
  return merged;
}

function mergedValue(under: unknown, over: unknown): unknown {
  if (!isObject(under) || !isObject(over)) return over;
  const merged: Record<string, unknown> = withoutExcluded(under, over);
  for (const [key, value] of Object.entries(over))
    if (value !== null) merged[key] = mergedValue(Object.hasOwn(under, key) ? under[key] : undefined, value);
  return merged;
}

// a strategic merge patch keeps both, and the API server refuses that
function withoutExcluded(under: Json, over: Json): Record<string, unknown> {
  const kept: Record<string, unknown> = { ...under };
  for (const fields of EXCLUSIVE) {
    const chosen = Object.keys(over).filter((key) => fields.has(key) && over[key] !== null);
    if (chosen.length === 0) continue;
    for (const key of fields) if (!chosen.includes(key)) delete kept[key];
  }
  return kept;
}

/**
 * The elements of both lists, each once. Those of the upper list keep their order, and an element that is only below goes in front
 * of the first upper one that stands behind it below (apimachinery, strategicpatch, mergeSortedSlice).
 */
function mergedList(under: readonly unknown[], over: readonly unknown[], mergeKey: string): unknown[] {
  const keyOf = (element: unknown): unknown => (isObject(element) ? element[mergeKey] : element);
  const place = new Map(under.map((element, index) => [keyOf(element), index]));
  const upper = over.map((element) => {
    const index = place.get(keyOf(element));
    return index === undefined ? element : mergedValue(under[index], element);
  });
  const onTop = new Set(over.map(keyOf));
  const below = under.filter((element) => !onTop.has(keyOf(element)));
  const merged: unknown[] = [];
  for (const element of upper) {
    const index = place.get(keyOf(element));
    while (index !== undefined && below.length > 0 && (place.get(keyOf(below[0])) ?? 0) < index)
      merged.push(below.shift());
    merged.push(element);
  }
  return [...merged, ...below];
}
