import { isObject } from './is-object.ts';

/**
 * The value with the keys of every object in order, so that equal values are written alike, whatever order their author chose. What
 * is in order already is not copied.
 * @param levels how deep it goes; what is deeper is left out
 */
export function sortedKeys(value: unknown, levels = MOST_LEVELS): unknown {
  if (levels === 0 && typeof value === 'object') return undefined;
  if (Array.isArray(value)) return value.map((item) => sortedKeys(item, levels - 1));
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  if (isInOrder(keys) && keys.every((key) => typeof value[key] !== 'object')) return value;
  return Object.fromEntries(keys.sort().map((key) => [key, sortedKeys(value[key], levels - 1)]));
}

const isInOrder = (keys: readonly string[]): boolean =>
  keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key);

// no field of a container is deeper: volumeMounts, probes and env have four levels
const MOST_LEVELS = 12;
