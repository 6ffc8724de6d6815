import { isObject } from './is-object.ts';

/**
 * A copy with the keys of every object in order, so that equal values are written alike, whatever order their author chose.
 * @param levels how deep it goes; what is deeper is left out
 */
export function sortedKeys(value: unknown, levels = MOST_LEVELS): unknown {
  if (levels === 0 && typeof value === 'object') return undefined;
  if (Array.isArray(value)) return value.map((item) => sortedKeys(item, levels - 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedKeys(value[key], levels - 1)]),
  );
}

// no field of a container is deeper: volumeMounts, probes and env have four levels
const MOST_LEVELS = 12;
