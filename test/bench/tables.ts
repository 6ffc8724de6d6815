import Table from 'cli-table3';

/** What a figure has to keep to, and whether it does: test/bench/RESULTS.md has them all. */
export interface Budget {
  readonly what: string;
  readonly budget: string;
  readonly measured: string;
  readonly met: boolean;
}

export const whole = (value: number): string => value.toFixed(0);
export const megabytes = (bytes: number): number => bytes / 1e6;

/** A table in Markdown, so that the same text stands in RESULTS.md and is read on a terminal. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const text = new Table({
    head: [...head],
    chars: {
      ...NO_LINES,
      left: '|',
      right: '|',
      middle: '|',
      mid: '-',
      'left-mid': '|',
      'mid-mid': '|',
      'right-mid': '|',
    },
    style: { head: [], border: [] },
  });
  text.push(...rows.map((row) => [...row]));
  // Markdown knows one line under the head; cli-table3 draws one under every row
  return text
    .toString()
    .split('\n')
    .filter((line, index) => line !== '' && (index <= 1 || !RULE.test(line)))
    .map((line) => (RULE.test(line) ? line.replaceAll('|-', '| ').replaceAll('-|', ' |') : line))
    .join('\n');
}

const RULE = /^\|[-|]+\|$/;

const NO_LINES = Object.fromEntries(
  ['top', 'bottom'].flatMap((side) => [side, `${side}-left`, `${side}-right`, `${side}-mid`].map((name) => [name, ''])),
);
