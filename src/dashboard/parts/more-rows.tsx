import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

const AT_FIRST = 20;
const STEP = 100;

/** The first rows of a list that came whole, and a button for more. */
export function MoreRows<Row>({
  rows,
  what,
  children,
}: {
  rows: readonly Row[];
  what: string;
  children: (shown: readonly Row[]) => ComponentChildren;
}) {
  const [most, setMost] = useState(AT_FIRST);
  return (
    <>
      {children(rows.slice(0, most))}
      {most < rows.length && (
        <p class="more">
          <button type="button" onClick={() => setMost((before) => before + STEP)}>
            Show more
          </button>{' '}
          <span class="quiet">
            {most} of {what}
          </span>
        </p>
      )}
    </>
  );
}
