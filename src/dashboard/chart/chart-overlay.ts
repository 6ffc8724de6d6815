import type uPlot from 'uplot';

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
export interface OverlayColours {
  readonly goal: string;
  readonly mark: string;
  readonly words: string;
  readonly behind: string;
}

const NARROW = 480;
const FONT = '12px system-ui, sans-serif';

/** Draws goals and marks over the lines: dashed, each with its name, the names of marks in as many rows as keep them apart. */
export function drawOverlay(
  chart: uPlot,
  levels: readonly Level[],
  marks: readonly Mark[],
  colours: OverlayColours,
): void {
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
  // where the words of each row end, so that the next ones stand in the first row that has room
  const ends: number[] = [];
  ctx.textBaseline = 'top';
  for (const mark of marks) {
    const label = labelOf(mark);
    const x = Math.round(chart.valToPos(mark.at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    line(x, bbox.top, x, bbox.top + bbox.height, colours.mark, [3, 3]);
    const width = ctx.measureText(label).width;
    const begin = Math.min(x + 5 * ratio, bbox.left + bbox.width - width - 4 * ratio);
    const free = ends.findIndex((end) => end < begin);
    const row = free === -1 ? ends.length : free;
    ends[row] = begin + width + 8 * ratio;
    word(label, begin, bbox.top + (4 + 16 * row) * ratio);
  }
  for (const level of levels) {
    const label = labelOf(level);
    const y = Math.round(chart.valToPos(level.at, 'y', true));
    line(bbox.left, y, bbox.left + bbox.width, y, colours.goal, [8, 5]);
    // where there is little room the names of the marks are above the line
    ctx.textBaseline = isNarrow ? 'top' : 'bottom';
    const end = bbox.width - ctx.measureText(label).width - 12 * ratio;
    word(label, bbox.left + 6 * ratio + (isNarrow ? 0 : end), isNarrow ? y + 5 * ratio : y - 4 * ratio);
  }
  ctx.restore();
}
