import { canonicalJson } from '../../json/canonical.ts';
import { isObject } from '../../json/is-object.ts';

/**
 * What has to be said so that something counts that is not so by itself.
 * @param wanted what is to count; what it leaves open may be anything
 * @param standing what counts when nothing is said
 * @param whole fields that are said as a whole or not at all
 * @returns undefined where nothing has to be said
 */
export function difference(wanted: unknown, standing: unknown, whole: ReadonlySet<string> = new Set()): unknown {
  if (canonicalJson(wanted) === canonicalJson(standing)) return undefined;
  if (!isObject(wanted) || !isObject(standing)) return wanted;
  const said = Object.entries(wanted).flatMap(([key, value]) => {
    const one =
      whole.has(key) && canonicalJson(value) !== canonicalJson(standing[key])
        ? value
        : difference(value, standing[key]);
    return one === undefined ? [] : [[key, one] as const];
  });
  return said.length === 0 ? undefined : Object.fromEntries(said);
}
