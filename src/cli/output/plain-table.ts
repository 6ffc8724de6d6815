import Table from 'cli-table3';

const NO_BORDERS = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'top-mid', 'bottom-mid', 'left-mid', 'right-mid', 'mid-mid'].flatMap(
    (part) => [part, `${part}-left`, `${part}-right`].map((name) => [name, ''] as const),
  ),
);

/**
 * Columns with nothing but space between them, as people read them on a terminal; a cell may have several lines.
 * @param widths of columns whose longer texts are wrapped; null leaves a column as wide as its longest cell
 */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  colour: boolean,
  widths: readonly (number | null)[] = [],
): string {
  const table = new Table({
    head: [...head],
    chars: { ...NO_BORDERS, middle: '  ' },
    style: { head: colour ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: [...widths],
    wordWrap: widths.length > 0,
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().replace(/ +$/gm, '');
}
