import type { Element } from 'hast';
import { forecastText, goalText, percent } from '../../core/adoption/status/goal-text.ts';
import { type Picture, pictureOf } from '../../core/adoption/status/picture.ts';
import { isWhole } from '../../core/adoption/status/scoped.ts';
import type { AdoptionStatus } from '../../core/adoption/status/status.ts';
import { dayAndMonth, dayText } from '../../core/json/day-text.ts';
import { isoDay } from '../../core/json/iso-time.ts';
import { areaPath, linePath, segmentsOf } from './adoption-paths.ts';
import { svgElement, svgFile } from './svg-tree.ts';

const DAY_MS = 86_400_000;
const WIDTH = 960;
const PLOT = { left: 64, right: 936, top: 84, bottom: 396 } as const;
const ROW = 22;

// the contrast of each line and text with its ground is at least 3:1, of texts 4.5:1, in light and dark
const STYLE = `
  svg { --ground: #ffffff; --text: #1f2328; --quiet: #59636e; --grid: #d8dee4; --injected: #1a7f37; --opted: #0969da; --goal: #9a6700; --mark: #8250df; }
  @media (prefers-color-scheme: dark) { svg { --ground: #0d1117; --text: #e6edf3; --quiet: #9198a1; --grid: #30363d; --injected: #3fb950; --opted: #58a6ff; --goal: #d29922; --mark: #bc8cff; } }
  text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--text); }
  .title { font-size: 18px; font-weight: 600; }
  .quiet { fill: var(--quiet); font-size: 12px; }
  .ground { fill: var(--ground); }
  .grid { stroke: var(--grid); }
  .axis { stroke: var(--quiet); }
  .area { fill: var(--injected); fill-opacity: 0.22; }
  .injected { stroke: var(--injected); stroke-width: 2.5; fill: none; }
  .opted { stroke: var(--opted); stroke-width: 1.5; fill: none; }
  .goal { stroke: var(--goal); stroke-width: 2; stroke-dasharray: 8 5; }
  .ahead { stroke: var(--injected); stroke-width: 2; stroke-dasharray: 2 5; stroke-linecap: round; }
  .mark { stroke: var(--mark); stroke-dasharray: 3 4; }
  .badge { fill: var(--mark); }
  .badge-text { fill: var(--ground); font-size: 11px; font-weight: 600; text-anchor: middle; }
  .goal-text { fill: var(--goal); font-size: 12px; paint-order: stroke; stroke: var(--ground); stroke-width: 4px; }
  .end { text-anchor: end; }
  .middle { text-anchor: middle; }
`;

/** The month of a rollout as a picture: a file of its own that reads in light and dark, with its words for those who do not see it. */
export function adoptionSvg(
  status: AdoptionStatus,
  { now, days }: { readonly now: Date; readonly days: number },
): string {
  const { points, goals, marks } = status;
  const picture = pictureOf('Workloads', points, goals, marks, { now, days });
  const workloads = points.at(-1)?.workloads;
  const whole = goals.filter(({ goal }) => goal.of === picture.of && isWhole(goal.scope));
  const counted = `${workloads?.injected ?? 0} of ${workloads?.eligible ?? 0} workloads run with their sidecar, ${workloads?.optedIn ?? 0} are opted in`;
  const sentences = whole.map((goal) => `${goalText(goal)} by ${dayText(goal.goal.by)}: ${forecastText(goal)}`);
  const stages = picture.marks.map(
    ({ stage, day, did }, index) => `${index + 1}  ${stage}, ${didText(did)} ${dayText(day)}`,
  );
  const heading = `Rollout on ${dayText(isoDay(now))}`;
  const foot = [...sentences, ...stages];
  const height = PLOT.bottom + 84 + foot.length * ROW;
  const x = (ms: number) =>
    round(PLOT.left + ((ms - picture.fromMs) / (picture.untilMs - picture.fromMs)) * (PLOT.right - PLOT.left));
  const y = (share: number) => round(PLOT.bottom - share * (PLOT.bottom - PLOT.top));
  return svgFile(
    svgElement(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        viewBox: `0 0 ${WIDTH} ${height}`,
        width: WIDTH,
        height,
        role: 'img',
        ariaLabelledBy: 'title desc',
      },
      svgElement('title', { id: 'title' }, heading),
      svgElement('desc', { id: 'desc' }, [`${counted}.`, ...foot.map((line) => `${line}.`)].join(' ')),
      { ...svgElement('style', {}), children: [{ type: 'text', value: STYLE }] },
      svgElement('rect', { className: 'ground', width: WIDTH, height }),
      svgElement('text', { className: 'title', x: PLOT.left, y: 32 }, heading),
      svgElement('text', { className: 'quiet', x: PLOT.left, y: 54 }, counted),
      ...grid(picture, x, y),
      ...curves(picture, x, y),
      ...goalLines(picture, x, y),
      ...stageLines(picture, x),
      ...legend(picture),
      ...foot.map((line, index) => svgElement('text', { x: PLOT.left, y: PLOT.bottom + 88 + index * ROW }, line)),
    ),
  );
}

type Scale = (value: number) => number;

const round = (value: number): number => Math.round(value * 10) / 10;

function didText(did: Picture['marks'][number]['did']): string {
  return did === 'opened' ? 'opened' : did === 'planned' ? 'planned from' : 'rolled back';
}

function grid({ fromMs, untilMs }: Picture, x: Scale, y: Scale): readonly Element[] {
  const shares = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const days = Math.round((untilMs - fromMs) / DAY_MS);
  const every = [1, 2, 7, 14, 28, 91, 182].find((step) => days / step <= 12) ?? 364;
  const ticks = Array.from({ length: Math.ceil(days / every) }, (_, index) => fromMs + index * every * DAY_MS);
  return [
    ...shares.flatMap((share) => [
      svgElement('line', {
        className: share === 0 ? 'axis' : 'grid',
        x1: PLOT.left,
        x2: PLOT.right,
        y1: y(share),
        y2: y(share),
      }),
      svgElement('text', { className: 'quiet end', x: PLOT.left - 8, y: y(share) + 4 }, percent(share)),
    ]),
    ...ticks.flatMap((ms) => [
      svgElement('line', { className: 'axis', x1: x(ms), x2: x(ms), y1: PLOT.bottom, y2: PLOT.bottom + 5 }),
      svgElement('text', { className: 'quiet middle', x: x(ms), y: PLOT.bottom + 20 }, dayAndMonth(new Date(ms))),
    ]),
  ];
}

function curves(picture: Picture, x: Scale, y: Scale): readonly Element[] {
  const segments = segmentsOf(picture.samples);
  const last = picture.samples.at(-1);
  const { ahead } = picture;
  return [
    ...segments.map((samples) =>
      svgElement('path', {
        className: 'area',
        d: areaPath(
          samples.map(({ ms, injected }) => [x(ms), y(injected)]),
          y(0),
        ),
      }),
    ),
    ...segments.map((samples) =>
      svgElement('path', { className: 'opted', d: linePath(samples.map(({ ms, optedIn }) => [x(ms), y(optedIn)])) }),
    ),
    ...segments.map((samples) =>
      svgElement('path', {
        className: 'injected',
        d: linePath(samples.map(({ ms, injected }) => [x(ms), y(injected)])),
      }),
    ),
    ...(ahead === undefined || last === undefined
      ? []
      : [
          svgElement('line', {
            className: 'ahead',
            x1: x(last.ms),
            y1: y(last.injected),
            x2: x(ahead.ms),
            y2: y(ahead.share),
          }),
        ]),
  ];
}

function goalLines({ goals, fromMs, untilMs }: Picture, x: Scale, y: Scale): readonly Element[] {
  return goals.flatMap(({ share, by }) => {
    const end = Math.min(untilMs, Math.max(fromMs, Date.parse(by) + DAY_MS));
    return [
      svgElement('line', { className: 'goal', x1: PLOT.left, x2: x(end), y1: y(share), y2: y(share) }),
      svgElement(
        'text',
        { className: 'goal-text', x: PLOT.left + 6, y: y(share) - 6 },
        `goal ${percent(share)} by ${dayText(by)}`,
      ),
    ];
  });
}

function stageLines({ marks }: Picture, x: Scale): readonly Element[] {
  const ofDay = new Map<string, number>();
  return marks.flatMap(({ day }, index) => {
    const before = ofDay.get(day) ?? 0;
    ofDay.set(day, before + 1);
    const at = x(Date.parse(day));
    // several of a day stand above each other
    const top = PLOT.top - 10 + before * 20;
    return [
      svgElement('line', { className: 'mark', x1: at, x2: at, y1: top, y2: PLOT.bottom }),
      svgElement('circle', { className: 'badge', cx: at, cy: top, r: 9 }),
      svgElement('text', { className: 'badge-text', x: at, y: top + 4 }, String(index + 1)),
    ];
  });
}

function legend({ goals, ahead, marks }: Picture): readonly Element[] {
  const entries = [
    ['injected', 'injected'],
    ['opted', 'opted in'],
    ...(goals.length > 0 ? [['goal', 'goal']] : []),
    ...(ahead === undefined ? [] : [['ahead', 'at this pace']]),
    ...(marks.length > 0 ? [['mark', 'stage']] : []),
  ] as const;
  const y = PLOT.bottom + 52;
  return entries.flatMap(([className = '', label = ''], index) => {
    const left = PLOT.left + index * 150;
    return [
      svgElement('line', { className, x1: left, x2: left + 28, y1: y - 4, y2: y - 4 }),
      svgElement('text', { className: 'quiet', x: left + 36, y }, label),
    ];
  });
}
