import { isObject } from '../../src/core/json/is-object.ts';
import type { Json } from './pods.ts';

/** Lists of parts with names as maps, so that a place says which part it is in, and not where that stands. */
export function byName(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(byName);
    if (items.length === 0 || !items.every((item): item is Json => isObject(item) && typeof item.name === 'string'))
      return items;
    const names = items.map(({ name }) => String(name));
    return { order: names, byName: Object.fromEntries(items.map((item, index) => [names[index], item])) };
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, byName(inner)]));
}
