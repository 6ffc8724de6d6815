import type uPlot from 'uplot';

/** A line across the chart. */
export interface Level {
  readonly at: number;
  readonly label: string;
}
/** A line from top to bottom, at a time in seconds. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}
export interface OverlayColours {
  readonly goal: string;
  readonly mark: string;
  readonly words: string;
  readonly behind: string;
}

const FONT = '12px system-ui, sans-serif';

/** Draws goals and marks over the lines: dashed, each with its name, names of marks one below the other where they would collide. */
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
  let row = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const { at, label } of marks) {
    const x = Math.round(chart.valToPos(at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    line(x, bbox.top, x, bbox.top + bbox.height, colours.mark, [3, 3]);
    const width = ctx.measureText(label).width;
    const begin = Math.min(x + 5 * ratio, bbox.left + bbox.width - width - 4 * ratio);
    row = begin < end ? row + 1 : 0;
    end = begin + width + 8 * ratio;
    ctx.textBaseline = 'top';
    word(label, begin, bbox.top + (4 + 16 * (row % 4)) * ratio);
  }
  for (const { at, label } of levels) {
    const y = Math.round(chart.valToPos(at, 'y', true));
    line(bbox.left, y, bbox.left + bbox.width, y, colours.goal, [8, 5]);
    ctx.textBaseline = 'bottom';
    word(label, bbox.left + 6 * ratio, y - 4 * ratio);
  }
  ctx.restore();
}
