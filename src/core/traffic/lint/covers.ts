import type { HeaderMatch, Match, PathMatch } from '../../api/traffic/matching.ts';

/** Whether every request that the other condition takes is taken by this one, as far as that can be told without doubt. */
export const covers = (one: Match, other: Match): boolean =>
  coversPath(one.path, other.path) &&
  coversMethods(one.methods, other.methods) &&
  coversHeaders(one.headers, other.headers);

function coversPath(one: PathMatch | undefined, other: PathMatch | undefined): boolean {
  if (one === undefined || one.prefix === '/') return true;
  if (other === undefined) return false;
  if (one.prefix !== undefined) return (other.exact ?? other.prefix ?? '').startsWith(one.prefix);
  if (one.exact !== undefined) return one.exact === other.exact;
  return one.regex === other.regex;
}

const coversMethods = (one: Match['methods'], other: Match['methods']): boolean =>
  one === undefined || (other?.every((method) => one.includes(method)) ?? false);

const coversHeaders = (one: Match['headers'] = {}, other: Match['headers'] = {}): boolean =>
  Object.entries(one).every(([name, value]) => {
    const same = Object.hasOwn(other, name) ? other[name] : undefined;
    return same !== undefined && coversValue(inWords(value), inWords(same));
  });

type ValueMatch = Exclude<HeaderMatch, string>;
const inWords = (value: HeaderMatch): ValueMatch => (typeof value === 'string' ? { exact: value } : value);

function coversValue(one: ValueMatch, other: ValueMatch): boolean {
  if (one.present !== undefined) return true;
  if (one.prefix !== undefined) return (other.exact ?? other.prefix)?.startsWith(one.prefix) ?? false;
  if (one.exact !== undefined) return one.exact === other.exact;
  return one.regex === other.regex;
}
