import picocolors from 'picocolors';
import type { Picture, Sample } from '../../core/adoption/status/picture.ts';
import { dayAndMonth } from '../../core/json/day-text.ts';
import { GAP_MS } from './adoption-paths.ts';
import type { ChartSigns } from './chart-signs.ts';

const DAY_MS = 86_400_000;
const ROWS = 10;
// `100% ` and the axis
const LEFT = 6;
const MOST_COLUMNS = 140;
// a day such as 30 Nov, and space
const TICK_COLUMNS = 8;

/** A cell, and what it belongs to, by which it is coloured. */
interface Cell {
  readonly sign: string;
  readonly part?: 'injected' | 'optedIn' | 'goal' | 'mark' | 'ahead';
}

const EMPTY: Cell = { sign: ' ' };

/**
 * Draws how far the rollout was in shares of what is eligible: filled to what is injected, lighter to what is opted in, with lines of the goals,
 * numbered marks of the stages below, and the way that the last days point to.
 * @param columns of the terminal
 */
export function adoptionChart(picture: Picture, signs: ChartSigns, columns: number, colour: boolean): string {
  const width = Math.max(20, Math.min(columns, MOST_COLUMNS) - LEFT - 1);
  const { fromMs, untilMs } = picture;
  const columnMs = (untilMs - fromMs) / width;
  const columnOf = (ms: number) => Math.min(width - 1, Math.max(0, Math.floor((ms - fromMs) / columnMs)));
  const marked = new Set(picture.marks.map(({ day }) => columnOf(Date.parse(day))));
  const columnsOfCells = Array.from({ length: width }, (_, at) =>
    column(
      picture,
      { beginMs: fromMs + at * columnMs, endMs: fromMs + (at + 1) * columnMs, marked: marked.has(at) },
      signs,
    ),
  );
  const paint = painter(colour);
  const rows = Array.from({ length: ROWS + 1 }, (_, fromTop) => {
    const row = ROWS - fromTop;
    const label = row % 2 === 0 && row > 0 ? `${row * 10}%`.padStart(4) : '    ';
    return `${label} ${signs.axis.up}${columnsOfCells.map((cells) => paint(cells[row] ?? EMPTY)).join('')}`;
  });
  return [...rows, ...timeAxis(picture, signs, width, columnOf), ...markRows(picture, signs, columnOf, paint)]
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The cells of one column, from below; the one above 100 % holds lines only. */
function column(
  picture: Picture,
  { beginMs, endMs, marked }: { readonly beginMs: number; readonly endMs: number; readonly marked: boolean },
  signs: ChartSigns,
): readonly Cell[] {
  const sample = beginMs > picture.nowMs ? undefined : sampleAt(picture.samples, Math.min(endMs, picture.nowMs));
  const cells: Cell[] = Array.from({ length: ROWS + 1 }, () => (marked ? { sign: signs.since, part: 'mark' } : EMPTY));
  for (const { share } of picture.goals) setLine(cells, share, signs.line, 'goal');
  const ahead = aheadAt(picture, (beginMs + endMs) / 2);
  if (ahead !== undefined) cells[Math.min(ROWS, Math.floor(ahead * ROWS))] = { sign: signs.ahead, part: 'ahead' };
  if (sample === undefined) return cells;
  const parts = signs.fills.length;
  // whatever there is has a sign
  const level = sample.injected === 0 ? 0 : Math.max(1, Math.round(sample.injected * ROWS * parts));
  const full = Math.floor(level / parts);
  for (let row = 0; row < full; row++) cells[row] = { sign: signs.fills[parts - 1] ?? '', part: 'injected' };
  if (level % parts > 0) cells[full] = { sign: signs.fills[(level % parts) - 1] ?? '', part: 'injected' };
  const firstFree = Math.ceil(level / parts);
  for (let row = firstFree; row < Math.round(sample.optedIn * ROWS); row++)
    cells[row] = { sign: signs.optedIn, part: 'optedIn' };
  return cells;
}

/** The last sample before a time; undefined when there was none for long. */
const sampleAt = (samples: readonly Sample[], ms: number): Sample | undefined =>
  samples.findLast((sample) => sample.ms <= ms && ms - sample.ms <= GAP_MS);

function setLine(cells: Cell[], share: number, line: ChartSigns['line'], part: 'goal'): void {
  const row = Math.min(ROWS, Math.floor(share * ROWS + 1e-9));
  const within = share * ROWS - row;
  cells[row] = { sign: line[within < 1 / 3 ? 0 : within < 2 / 3 ? 1 : 2], part };
}

function aheadAt({ ahead, samples, nowMs }: Picture, ms: number): number | undefined {
  const last = samples.at(-1);
  if (ahead === undefined || last === undefined || ms <= nowMs || ms > ahead.ms) return undefined;
  return last.injected + ((ahead.share - last.injected) * (ms - last.ms)) / (ahead.ms - last.ms);
}

function timeAxis(
  { fromMs, untilMs }: Picture,
  { axis }: ChartSigns,
  width: number,
  columnOf: (ms: number) => number,
): readonly string[] {
  const days = Math.round((untilMs - fromMs) / DAY_MS);
  const perDay = width / days;
  const every = [1, 2, 7, 14, 28, 91, 182].find((step) => step * perDay >= TICK_COLUMNS) ?? 364;
  const line = Array.from({ length: width }, () => axis.along);
  let labels = '';
  for (let day = 0; day < days; day += every) {
    const at = columnOf(fromMs + day * DAY_MS);
    const label = dayAndMonth(new Date(fromMs + day * DAY_MS));
    if (at + label.length > width) break;
    line[at] = axis.tick;
    labels = labels.padEnd(at) + label;
  }
  return [`  0% ${axis.corner}${line.join('')}`, ' '.repeat(LEFT) + labels];
}

/** A number below each mark; where there is no room for one it goes to the next row. */
function markRows(
  { marks }: Picture,
  { mark }: ChartSigns,
  columnOf: (ms: number) => number,
  paint: (cell: Cell) => string,
): readonly string[] {
  const rows: string[] = [];
  marks.forEach(({ day }, index) => {
    const at = columnOf(Date.parse(day));
    const text = `${mark}${index + 1}`;
    const row = rows.findIndex((each) => each.length < at || (at === 0 && each === ''));
    if (row === -1) rows.push(' '.repeat(at) + text);
    else rows[row] = (rows[row] ?? '').padEnd(at) + text;
  });
  return rows.map((row) => ' '.repeat(LEFT) + paint({ sign: row, part: 'mark' }));
}

function painter(colour: boolean): (cell: Cell) => string {
  const { green, dim, yellow, cyan, magenta } = picocolors.createColors(colour);
  const paints = { injected: green, optedIn: dim, goal: yellow, mark: cyan, ahead: magenta };
  return ({ sign, part }) => (part === undefined ? sign : paints[part](sign));
}
