import { isObject } from '../json/is-object.ts';
import { parsedJson } from '../json/parsed.ts';
import type { Group } from './counts.ts';

/** The name of the ConfigMap that holds a month, such as 2026-11. */
export const storeName = (month: string): string => `pillion-adoption-${month}`;

/** What a ConfigMap of the store holds: under each hour a point, and under the names of tables whose counts the points list. */
export type StoredData = Readonly<Record<string, string>>;

/** A key under which a point stands. */
export const isHour = (key: string): boolean => /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3])$/.test(key);

/** A key under which a table stands. */
export const isTable = (key: string): boolean => /^cells(-\d+)?$/.test(key);

/** The name of the nth table, counted from 1. */
export const tableName = (number: number): string => (number === 1 ? 'cells' : `cells-${number}`);

/** Whose counts the columns of a point list, in this order. */
export const writtenTable = (table: readonly Group[]): string =>
  JSON.stringify(table.map(({ namespace, tribe, squad }) => [namespace, tribe ?? null, squad ?? null]));

/** Reads a table; undefined when it is none. */
export function readTable(text: string | undefined): readonly Group[] | undefined {
  const list = text === undefined ? undefined : parsedJson(text);
  if (!Array.isArray(list)) return undefined;
  const groups = list.map(readGroup);
  if (!groups.every((group) => group !== undefined)) return undefined;
  // of one that is named twice, nobody could say where the columns behind it begin
  return new Set(groups.map(groupKey)).size === groups.length ? groups : undefined;
}

function readGroup(value: unknown): Group | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const [namespace, tribe, squad] = list;
  const isName = (name: unknown) => name === null || typeof name === 'string';
  if (list.length !== 3 || typeof namespace !== 'string' || !isName(tribe) || !isName(squad)) return undefined;
  return {
    namespace,
    ...(typeof tribe === 'string' ? { tribe } : {}),
    ...(typeof squad === 'string' ? { squad } : {}),
  };
}

/** Tells groups apart. */
export const groupKey = ({ namespace, tribe, squad }: Group): string => JSON.stringify([namespace, tribe, squad]);

/** A point as it is written, without its counts by namespace. */
export function withoutCells(text: string): string {
  const value = parsedJson(text);
  if (!isObject(value)) return text;
  const { cells: _, table: __, ...sums } = value;
  return JSON.stringify(sums);
}
