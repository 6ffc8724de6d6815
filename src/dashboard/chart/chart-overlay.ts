import type uPlot from 'uplot';
import type { Hole } from './adoption-series.ts';

/** A line across the chart. */
export interface Level {
  readonly at: number;
  readonly label: string;
  /** The label where there is little room. */
  readonly short: string;
}
/** A line from top to bottom, at a time in seconds. */
export interface Mark {
  readonly at: number;
  readonly label: string;
  readonly short: string;
}
/** What stands over the lines of the chart. */
export interface Overlay {
  readonly levels: readonly Level[];
  readonly marks: readonly Mark[];
  readonly holes: readonly Hole[];
}
export interface OverlayColours {
  readonly goal: string;
  readonly mark: string;
  readonly hole: string;
  readonly words: string;
  readonly behind: string;
}

const NARROW = 480;
const FONT = '12px system-ui, sans-serif';

/**
 * Draws goals and marks over the lines: dashed, each with its name, the names of marks in as many rows as keep them apart. Times without
 * samples are a ground of their own.
 */
export function drawOverlay(chart: uPlot, { levels, marks, holes }: Overlay, colours: OverlayColours): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = FONT.replace('12px', `${12 * ratio}px`);
  ctx.lineWidth = 1.5 * ratio;
  ctx.textAlign = 'left';
  const line = (x1: number, y1: number, x2: number, y2: number, colour: string, dash: number[]) => {
    ctx.strokeStyle = colour;
    ctx.setLineDash(dash.map((length) => length * ratio));
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
    ctx.stroke();
  };
  const word = (text: string, x: number, y: number) => {
    ctx.setLineDash([]);
    ctx.lineWidth = 4 * ratio;
    ctx.strokeStyle = colours.behind;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = colours.words;
    ctx.fillText(text, x, y);
    ctx.lineWidth = 1.5 * ratio;
  };
  const isNarrow = bbox.width < NARROW * ratio;
  const labelOf = ({ label, short }: Level | Mark) => (isNarrow ? short : label);
  const xOf = (at: number) => Math.round(chart.valToPos(at, 'x', true));
  const bottom = bbox.top + bbox.height;
  const right = bbox.left + bbox.width;
  ctx.fillStyle = colours.hole;
  for (const { from, to } of holes) ctx.fillRect(xOf(from), bbox.top, xOf(to) - xOf(from), bbox.height);
  const shown = marks.map((mark) => ({ mark, x: xOf(mark.at) })).filter(({ x }) => x >= bbox.left && x <= right);
  // all lines before all words: no line strikes a word through
  for (const { x } of shown) line(x, bbox.top, x, bottom, colours.mark, [3, 3]);
  const heights = levels.map((level) => ({ level, y: Math.round(chart.valToPos(level.at, 'y', true)) }));
  for (const { y } of heights) line(bbox.left, y, right, y, colours.goal, [8, 5]);
  // where the words of each row end, so that the next ones stand in the first row that has room
  const ends: number[] = [];
  ctx.textBaseline = 'top';
  for (const { mark, x } of shown) {
    const label = labelOf(mark);
    const width = ctx.measureText(label).width;
    const begin = Math.min(x + 5 * ratio, right - width - 4 * ratio);
    const free = ends.findIndex((end) => end < begin);
    const row = free === -1 ? ends.length : free;
    ends[row] = begin + width + 8 * ratio;
    word(label, begin, bbox.top + (4 + 16 * row) * ratio);
  }
  for (const { level, y } of heights) {
    const label = labelOf(level);
    // where there is little room the names of the marks are above the line
    ctx.textBaseline = isNarrow ? 'top' : 'bottom';
    const end = bbox.width - ctx.measureText(label).width - 12 * ratio;
    word(label, bbox.left + 6 * ratio + (isNarrow ? 0 : end), isNarrow ? y + 5 * ratio : y - 4 * ratio);
  }
  ctx.restore();
}
