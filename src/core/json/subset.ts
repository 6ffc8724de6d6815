import { isObject } from './is-object.ts';

/**
 * Whether everything that `part` says also stands in `whole`, which may say more: the API server adds defaults and other
 * webhooks add elements. Lists of objects may have grown in between and keep their order; lists of plain values, such as a
 * command line, have to be equal.
 */
export function isSubset(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part)) return Array.isArray(whole) && isSubsequence(part, whole);
  if (isObject(part))
    return (
      isObject(whole) && Object.keys(part).every((key) => Object.hasOwn(whole, key) && isSubset(part[key], whole[key]))
    );
  return part === whole;
}

function isSubsequence(part: readonly unknown[], whole: readonly unknown[]): boolean {
  if (!part.some(isObject)) return part.length === whole.length && part.every((item, at) => item === whole[at]);
  let from = 0;
  for (const item of part) {
    const found = whole.findIndex((candidate, at) => at >= from && isSubset(item, candidate));
    if (found < 0) return false;
    from = found + 1;
  }
  return true;
}
