import { asText } from '../json/as-text.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { parsedJson } from '../json/parsed.ts';
import { columnsOf } from './columns.ts';
import { type AdoptionPoint, type Counts, FIGURES, type Group } from './counts.ts';
import { hourOf, keptHours } from './kept-hours.ts';
import {
  groupKey,
  isHour,
  isTable,
  readTable,
  type StoredData,
  tableName,
  withoutCells,
  writtenTable,
} from './store-format.ts';

/** So many bytes of keys and values a ConfigMap holds at most: of the API server’s limit of 1 MiB, metadata and managed fields need some. */
export const MOST_BYTES = 800 * 1024;

/** What a ConfigMap of the store still holds at a time. What is under no hour is nobody’s but its writer’s, and stays. */
export function thinned(data: StoredData, now: Date): StoredData {
  const kept = keptHours(Object.keys(data).filter(isHour), now);
  return Object.fromEntries(Object.entries(data).filter(([key]) => !isHour(key) || kept.has(key)));
}

/**
 * Adds a point to the ConfigMap of its month, or replaces the one of its hour. Each point stands by itself, so that one that somebody
 * damages takes no other with it; no point that stands there is read or written again. What is too much loses its counts by namespace and
 * keeps its sums: first hours, then days, the oldest first.
 */
export function withPoint(data: StoredData, point: AdoptionPoint, now: Date): StoredData {
  const { name, table } = tableFor(data, point);
  const added = { ...data, [name]: writtenTable(table), [hourOf(point.at)]: textOf(point, name, table) };
  return withinBound(thinned(added, now));
}

/**
 * The last table that can be read, with the groups of the point; after one that somebody damaged or took away, another is begun, under a name
 * that no point has: else its columns would be read as those of others.
 */
function tableFor(
  data: StoredData,
  { cells = [] }: AdoptionPoint,
): { readonly name: string; readonly table: readonly Group[] } {
  const last = tableNumber(Object.keys(data));
  const standing = last === 0 ? undefined : readTable(data[tableName(last)]);
  const name = tableName(standing === undefined ? Math.max(last, tableNumber(namedTables(data))) + 1 : last);
  const table = new Map((standing ?? []).map((group) => [groupKey(group), group]));
  for (const cell of cells) if (!table.has(groupKey(cell))) table.set(groupKey(cell), cell);
  return { name, table: [...table.values()] };
}

/** The highest number of the names of tables; 0 where there is none. */
const tableNumber = (names: readonly string[]): number =>
  Math.max(0, ...names.filter(isTable).map((name) => Number(name.split('-')[1] ?? 1)));

const namedTables = (data: StoredData): readonly string[] =>
  Object.keys(data)
    .filter(isHour)
    .map((hour) => asText(fieldsOf(parsedJson(data[hour] ?? '')).table));

function textOf({ at, pods, workloads, cells }: AdoptionPoint, name: string, table: readonly Group[]): string {
  const sums = { at, pods: listed(pods), workloads: listed(workloads) };
  if (cells === undefined) return JSON.stringify(sums);
  const ofPoint = new Map(cells.map((cell) => [groupKey(cell), cell]));
  return JSON.stringify({ ...sums, table: name, cells: columnsOf(table.map((group) => ofPoint.get(groupKey(group)))) });
}

const listed = (counts: Counts): readonly number[] => FIGURES.map((figure) => counts[figure]);

function withinBound(data: StoredData): StoredData {
  let bytes = Object.entries(data).reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0);
  if (bytes <= MOST_BYTES) return data;
  const hours = Object.keys(data).filter(isHour).sort();
  const lastOfDay = new Set(new Map(hours.map((hour) => [hour.slice(0, 10), hour])).values());
  const order = [...hours.filter((hour) => !lastOfDay.has(hour)), ...lastOfDay];
  const bounded = new Map(Object.entries(data));
  for (const hour of order) {
    if (bytes <= MOST_BYTES) break;
    const before = bounded.get(hour) as string;
    const after = withoutCells(before);
    bytes -= Buffer.byteLength(before) - Buffer.byteLength(after);
    bounded.set(hour, after);
  }
  // namespaces that come and go by the thousand: the list alone is too much, and no point names it any more
  if (bytes > MOST_BYTES) for (const table of Object.keys(data).filter(isTable)) bounded.delete(table);
  return Object.fromEntries(bounded);
}
