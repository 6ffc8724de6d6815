/** The signs that a chart on a terminal consists of. */
export interface ChartSigns {
  /** Parts of a full cell from below, the full one last. */
  readonly fills: readonly string[];
  readonly optedIn: string;
  /** A line in the lower, the middle and the upper part of a cell. */
  readonly line: readonly [low: string, middle: string, high: string];
  readonly ahead: string;
  readonly axis: { readonly up: string; readonly corner: string; readonly along: string; readonly tick: string };
  readonly mark: string;
  /** Above a mark. */
  readonly since: string;
}

const BLOCKS: ChartSigns = {
  fills: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  optedIn: '░',
  line: ['▁', '─', '▔'],
  ahead: '·',
  axis: { up: '│', corner: '└', along: '─', tick: '┬' },
  mark: '▲',
  since: '┊',
};

const ASCII: ChartSigns = {
  fills: ['#'],
  optedIn: ':',
  line: ['_', '-', '-'],
  ahead: '.',
  axis: { up: '|', corner: '+', along: '-', tick: '+' },
  mark: '^',
  since: ' ',
};

/** Block signs where the locale of the environment is one of UTF-8; the first variable that is set counts, as in POSIX. */
export function chartSigns(variables: Readonly<Record<string, string | undefined>>): ChartSigns {
  const locale = [variables.LC_ALL, variables.LC_CTYPE, variables.LANG].find(
    (value) => value !== undefined && value !== '',
  );
  return /utf-?8/i.test(locale ?? '') ? BLOCKS : ASCII;
}
