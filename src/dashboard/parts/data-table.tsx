import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly isNumber?: true;
  /** May be broken anywhere: of long paths and such, so that other columns keep their room. */
  readonly isLong?: true;
  /** The first column names the row, unless another says that it does. */
  readonly isName?: true;
}

/** For rows of which each page takes the places of the last one: what stands there is changed, and not made anew. */
export const byPlace = (_: unknown, index: number): string => String(index);

/**
 * A table that becomes a list of cards where there is no room for columns. The roles are spelled out because a browser takes them away
 * from a table that is not laid out as one.
 */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  keyOf,
  isBusy = false,
  empty = 'Nothing here.',
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row, index: number) => string;
  isBusy?: boolean;
  empty?: string;
}) {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  const classOf = ({ isNumber, isLong }: Column<Row>) => (isNumber ? 'number' : isLong ? 'long' : undefined);
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: see above
    // biome-ignore-start lint/a11y/useSemanticElements: see above
    <table class="cards" role="table" aria-label={caption} aria-busy={isBusy}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.head} role="columnheader" scope="col" class={classOf(column)}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row, index) => (
          <tr key={keyOf(row, index)} role="row">
            {columns.map((column, place) =>
              place === 0 || column.isName ? (
                <th key={column.head} role="rowheader" scope="row" data-label={column.head}>
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.head} role="cell" class={classOf(column)} data-label={column.head}>
                  {column.cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/useSemanticElements: see above
    // biome-ignore-end lint/a11y/noRedundantRoles: see above
  );
}
