import { isObject } from '../json/is-object.ts';
import { isContainerName, type StaticRest } from './go-template.ts';

/**
 * What a template says whatever its actions give: values that depend on one are left out. The name of each container in turn
 * becomes `*`, which stands for all of them.
 */
export function staticValues(value: unknown, rest: StaticRest): unknown {
  const words = [...rest.actions.keys()];
  const depends = (text: string): boolean => words.some((word) => text.includes(word));
  const each = (text: unknown): boolean => {
    const action = typeof text === 'string' ? rest.actions.get(text) : undefined;
    return rest.eachContainer && action !== undefined && isContainerName(action);
  };
  const kept = (part: unknown): unknown => {
    if (typeof part === 'string') return depends(part) ? undefined : part;
    if (Array.isArray(part)) return part.map(kept).filter((item) => item !== undefined);
    return isObject(part) ? keptMap(part) : part;
  };
  const keptMap = (map: Readonly<Record<string, unknown>>): unknown => {
    const entries = Object.entries(map).flatMap(([key, part]): [string, unknown][] => {
      if (key === 'name' && each(part)) return [[key, '*']];
      const inner = depends(key) ? undefined : kept(part);
      return inner === undefined ? [] : [[key, inner]];
    });
    // an element of a list is told apart by its name: without it, or with nothing but it, the rest means nothing
    const named = entries.some(([key]) => key === 'name');
    const lost = Object.keys(map).length > entries.length;
    const empty = lost && (named ? entries.length === 1 : Object.hasOwn(map, 'name'));
    return empty ? undefined : Object.fromEntries(entries);
  };
  return kept(value);
}
