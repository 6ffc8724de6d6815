import { isObject } from '../json/is-object.ts';
import { parsedJson } from '../json/parsed.ts';
import type { Problem } from '../problem/problem.ts';
import { readColumns } from './columns.ts';
import { type AdoptionPoint, type Cell, type Counts, FIGURES, type Group, hasCounts } from './counts.ts';
import { hourOf, monthOf } from './kept-hours.ts';
import { isHour, isTable, readTable, type StoredData, storeName } from './store-format.ts';

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/;

/** What stands in the ConfigMap of a month. */
export interface ReadMonth {
  /** Ordered by time. */
  readonly points: readonly AdoptionPoint[];
  readonly problems: readonly Problem[];
}

/**
 * Reads the ConfigMap of a month. What somebody edited so that it makes no sense is named and left out; everything else is read.
 * @param month as 2026-11
 */
export function readMonth(month: string, data: StoredData): ReadMonth {
  const problems: Problem[] = [];
  const tell = (key: string, message: string) =>
    problems.push({ file: `ConfigMap ${storeName(month)}`, path: `/data/${key}`, message });
  const tables = new Map<string, readonly Group[]>();
  for (const key of Object.keys(data).filter(isTable)) {
    const table = readTable(data[key]);
    if (table !== undefined) tables.set(key, table);
    else tell(key, 'is no list of namespaces: of the points that name it only the sums are known');
  }
  const points = Object.entries(data).flatMap(([key, text]) => {
    if (isTable(key)) return [];
    const { point, problem } = readPoint(key, text, month, tables, data);
    if (problem !== undefined) tell(key, problem);
    return point ?? [];
  });
  points.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return { points, problems };
}

const LEFT_OUT = 'is left out; delete the key when it is not wanted';

function readPoint(
  key: string,
  text: string,
  month: string,
  tables: ReadonlyMap<string, readonly Group[]>,
  data: StoredData,
): { readonly point?: AdoptionPoint; readonly problem?: string } {
  if (!isHour(key)) return { problem: `is no hour such as ${month}-01T09: ${LEFT_OUT}` };
  const value = parsedJson(text);
  if (!isObject(value)) return { problem: `is no JSON object: ${LEFT_OUT}` };
  const { at } = value;
  if (
    typeof at !== 'string' ||
    !TIME.test(at) ||
    Number.isNaN(Date.parse(at)) ||
    hourOf(at) !== key ||
    monthOf(at) !== month
  )
    return {
      problem: `has the time ${JSON.stringify(at)}, which is not within the hour that its key says: ${LEFT_OUT}`,
    };
  const [pods, workloads] = [readCounts(value.pods), readCounts(value.workloads)];
  if (pods === undefined || workloads === undefined)
    return { problem: `has no ${FIGURES.length} counts of pods and of workloads: ${LEFT_OUT}` };
  const sums = { at, pods, workloads };
  if (value.cells === undefined) return { point: sums };
  const name = String(value.table);
  const table = tables.get(name);
  // why a list cannot be read is told once, of itself
  if (table === undefined)
    return Object.hasOwn(data, name)
      ? { point: sums }
      : { point: sums, problem: 'names a list of namespaces that is not there: only its sums are known' };
  const cells = typeof value.cells === 'string' ? cellsOf(value.cells, table) : undefined;
  if (cells !== undefined) return { point: { ...sums, cells } };
  return { point: sums, problem: 'has counts by namespace that do not fit their list: only its sums are known' };
}

function cellsOf(text: string, table: readonly Group[]): readonly Cell[] | undefined {
  const columns = readColumns(text, table.length);
  return columns
    ?.map((counts, index) => ({ ...(table[index] as Group), ...counts }))
    .filter(({ pods, workloads }) => hasCounts(pods) || hasCounts(workloads));
}

function readCounts(value: unknown): Counts | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  if (list.length !== FIGURES.length) return undefined;
  if (!list.every((each) => Number.isSafeInteger(each) && (each as number) >= 0)) return undefined;
  return Object.fromEntries(FIGURES.map((figure, index) => [figure, list[index] as number])) as Counts;
}
