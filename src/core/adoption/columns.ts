import { type Cell, type Counts, FIGURES, type Figure, NOTHING } from './counts.ts';

// whole numbers that a 32-bit count holds; a cluster has far fewer pods
const COUNT = /^-?\d{1,9}$/;

/**
 * The counts of cells, column by column, since neighbours in a column are often equal: `3,0*41,7` is a 3, 41 zeros and a 7. Opted-in ones
 * that are not injected stand in place of the injected ones: mostly they are none. Zeros at the end are left out.
 * @param cells as they stand in the table of the month; undefined where the point has none
 */
export function columnsOf(cells: readonly (Cell | undefined)[]): string {
  const columns = (['workloads', 'pods'] as const).flatMap((whose) =>
    FIGURES.map((figure) => cells.map((cell) => written(cell?.[whose] ?? NOTHING)[figure])),
  );
  return columns.map(column).join(';');
}

/** The counts as they are stored, and the other way round. */
const written = (counts: Counts): Counts => ({ ...counts, injected: counts.optedIn - counts.injected });

function column(values: readonly number[]): string {
  const end = values.findLastIndex((value) => value !== 0) + 1;
  const parts: string[] = [];
  for (let at = 0; at < end; ) {
    let next = at + 1;
    while (next < end && values[next] === values[at]) next++;
    parts.push(next - at === 1 ? `${values[at]}` : `${values[at]}*${next - at}`);
    at = next;
  }
  return parts.join(',');
}

/**
 * Reads columns.
 * @param size how many cells the table has
 * @returns for each cell of the table its counts; undefined when the text is none of `columnsOf`
 */
export function readColumns(
  text: string,
  size: number,
): readonly { readonly workloads: Counts; readonly pods: Counts }[] | undefined {
  const columns = text.split(';').map((each) => readColumn(each, size));
  if (columns.length !== 2 * FIGURES.length || columns.includes(undefined)) return undefined;
  const cells = Array.from({ length: size }, (_, cell) => ({
    workloads: countsIn(columns as readonly (readonly number[])[], 0, cell),
    pods: countsIn(columns as readonly (readonly number[])[], FIGURES.length, cell),
  }));
  return cells.some(({ workloads, pods }) => isNegative(workloads) || isNegative(pods)) ? undefined : cells;
}

function countsIn(columns: readonly (readonly number[])[], first: number, cell: number): Counts {
  const counts: Record<Figure, number> = { ...NOTHING };
  FIGURES.forEach((figure, index) => {
    counts[figure] = columns[first + index]?.[cell] ?? 0;
  });
  return written(counts);
}

const isNegative = (counts: Counts): boolean => FIGURES.some((figure) => counts[figure] < 0);

function readColumn(text: string, size: number): readonly number[] | undefined {
  if (text === '') return [];
  const values: number[] = [];
  for (const part of text.split(',')) {
    const [value = '', times = '1', more] = part.split('*');
    const count = COUNT.test(value) && COUNT.test(times) && more === undefined ? Number(times) : 0;
    // a text that was edited by hand must not make a list of any length
    if (count < 1 || values.length + count > size) return undefined;
    for (let each = 0; each < count; each++) values.push(Number(value));
  }
  return values;
}
