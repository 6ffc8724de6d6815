import { isObject } from './is-object.ts';

const TOKENS = new Map<string, string>();
// the keys that are written on every pod are escaped once; there are some thirty
const MOST_TOKENS = 256;

/** One reference token of an RFC 6901 JSON pointer, escaped. */
export function pointerToken(key: string): string {
  const known = TOKENS.get(key);
  if (known !== undefined) return known;
  if (!key.includes('/') && !key.includes('~')) return key;
  const token = key.replaceAll('~', '~0').replaceAll('/', '~1');
  if (TOKENS.size < MOST_TOKENS) TOKENS.set(key, token);
  return token;
}

/** A JSON pointer from its unescaped parts: `pointer('metadata', 'labels', 'a/b')` is `/metadata/labels/a~1b`. */
export function pointer(...parts: readonly (string | number)[]): string {
  let path = '';
  for (const part of parts) path += `/${pointerToken(String(part))}`;
  return path;
}

/** The unescaped parts of a JSON pointer. */
export const pointerParts = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

/** What a JSON pointer leads to; undefined when that is not there. */
export const valueAt = (value: unknown, path: string): unknown =>
  pointerParts(path).reduce<unknown>((at, part) => {
    if (Array.isArray(at)) return at[Number(part)];
    return isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }, value);
