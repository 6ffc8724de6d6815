import type { Operation } from 'fast-json-patch';
import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';

/** Annotations that tell who changed an object and when, by their keys. Only Pillion writes them. */
export type Stamps<K extends string> = Readonly<Partial<Record<K, string>>>;

/** The stamps under these keys among annotations of unknown shape; a value that is not a text counts as none. */
export function stampsUnder<K extends string>(keys: readonly K[], annotations: unknown): Stamps<K> {
  const found: Partial<Record<K, string>> = {};
  if (!isObject(annotations)) return found;
  for (const key of keys) {
    const value = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
    if (typeof value === 'string') found[key] = value;
  }
  return found;
}

// the API server gives a whole request at most this long (--request-timeout)
const REQUEST_MS = 60_000;

/**
 * Who changes an object, and when. A stamp of the same user that is at most as old as a request can be is kept: the API server
 * calls a second time when another webhook changes the object after us.
 * @param standing what the new object carries
 */
export function freshStamps<K extends string>(
  [by, at]: readonly [K, K],
  user: string,
  now: Date,
  standing: Stamps<K>,
): Stamps<K> {
  const written = standing[by] === user ? standing[at] : undefined;
  const time = written !== undefined && isFresh(written, now) ? written : inSeconds(now);
  return Object.fromEntries([
    [by, user],
    [at, time],
  ]) as Stamps<K>;
}

function isFresh(written: string, now: Date): boolean {
  const time = new Date(written);
  const agoMs = Math.abs(now.getTime() - time.getTime());
  return agoMs <= REQUEST_MS && inSeconds(time) === written;
}

// RFC 3339 in UTC, as the API server writes its own times
const inSeconds = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');

/** The keys of stamps that the caller wrote: with values that are neither the old ones nor those that will stand there. */
export function replacedStamps<K extends string>(
  keys: readonly K[],
  annotations: unknown,
  before: Stamps<K>,
  after: Stamps<K>,
): string[] {
  if (!isObject(annotations)) return [];
  return keys.filter((key) => {
    const written = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
    return written !== undefined && written !== before[key] && written !== after[key];
  });
}

/**
 * The RFC 6902 operations after which the annotations of an object hold exactly these stamps of these keys and are otherwise
 * unchanged.
 * @param metadata of the new object; nothing is done to one whose annotations are no map
 */
export function stampOperations<K extends string>(
  keys: readonly K[],
  metadata: Readonly<Record<string, unknown>>,
  after: Stamps<K>,
): Operation[] {
  const { annotations = null } = metadata;
  const wanted = Object.keys(after).length > 0;
  if (annotations === null) return wanted ? [{ op: 'add', path: '/metadata/annotations', value: after }] : [];
  if (!isObject(annotations)) return [];
  return keys.flatMap((key): Operation | readonly [] => {
    const path = pointer('metadata', 'annotations', key);
    const value = after[key];
    const stands = Object.hasOwn(annotations, key);
    if (value === undefined) return stands ? { op: 'remove', path } : [];
    if (stands && annotations[key] === value) return [];
    return { op: stands ? 'replace' : 'add', path, value };
  });
}
