import type { Remark } from './document.ts';

/** A page of a list, and how it goes on. */
export interface Page<T> {
  readonly items: T[];
  readonly total: number;
  readonly next?: string;
}

/** Where a page begins: after what has this key, whether that is still there or not. */
export interface Position {
  readonly limit?: number;
  readonly after?: string;
}

/** When something was read, and what of it could not be. */
export interface Reading {
  readonly asOf: string;
  readonly remarks: readonly Remark[];
}

const USUAL_LIMIT = 100;

/**
 * A page of a list by key and not by number, so that rows which come and go between two pages move no other row over the edge.
 * @param rows ordered by `isAfter`
 * @param isAfter whether a row comes after that of a key, also one that is not there
 */
export function pageAfter<T>(
  rows: Iterable<T>,
  { limit = USUAL_LIMIT, after }: Position,
  { matches, isAfter, keyOf }: PageRules<T>,
): Page<T> {
  const items: T[] = [];
  let total = 0;
  let hasMore = false;
  for (const row of rows) {
    if (!matches(row)) continue;
    total += 1;
    if (after !== undefined && !isAfter(row, after)) continue;
    if (items.length < limit) items.push(row);
    else hasMore = true;
  }
  const last = items.at(-1);
  return { items, total, ...(hasMore && last !== undefined && { next: keyOf(last) }) };
}

/** What a page takes of its rows. */
export interface PageRules<T> {
  readonly matches: (row: T) => boolean;
  readonly isAfter: (row: T, key: string) => boolean;
  readonly keyOf: (row: T) => string;
}

/** Texts in one order on every machine. */
export const compareTexts = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);

/** Whether a text has one of the values that a filter lists with commas; every text where there is no filter. */
export function listed(filter: string | undefined): (text: string) => boolean {
  if (filter === undefined) return () => true;
  const wanted = new Set(filter.split(',').map((each) => each.trim()));
  return (text) => wanted.has(text);
}

/** Under this name stands what has no owner. */
export const NOBODY = 'unowned';

/** Whether an owner is the one that a filter names; `unowned` for what has none. */
export const isOwnedBy = (filter: string | undefined, owner: string | undefined): boolean =>
  filter === undefined || filter === (owner ?? NOBODY);

// no name of a stage has either
const STAGES_BETWEEN = ', ';

/** The stages to which something belongs, as a row tells them; undefined for none. */
export const stagesText = (stages: readonly string[]): string | undefined =>
  stages.length === 0 ? undefined : stages.join(STAGES_BETWEEN);

/** The stages that a row tells. */
export const stagesIn = (text: string | undefined): readonly string[] => text?.split(STAGES_BETWEEN) ?? [];

/** Whether a text has the part that is searched for, whatever its capitals. */
export function searchFor(search: string | undefined): (text: string) => boolean {
  if (search === undefined) return () => true;
  const wanted = search.toLowerCase();
  return (text) => text.toLowerCase().includes(wanted);
}

// a list to choose from; whoever has more types
const MOST_CHOICES = 500;

/** The values that filters can have among rows, each once and in order. Of what has none it is `unowned` where a filter takes that. */
export function choicesAmong<T>(
  rows: Iterable<T>,
  columns: Readonly<Record<string, (row: T) => string | readonly string[] | undefined>>,
): Record<string, string[]> {
  const found = Object.entries(columns).map(([name, of]) => ({ name, of, values: new Set<string>() }));
  for (const row of rows)
    for (const { of, values } of found) {
      for (const value of [of(row) ?? []].flat()) values.add(value);
    }
  return Object.fromEntries(
    found.map(({ name, values }) => [name, [...values].sort(compareTexts).slice(0, MOST_CHOICES)]),
  );
}
