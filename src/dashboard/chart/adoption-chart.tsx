import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Overview } from '../../core/dashboard/overview.ts';
import { spoken } from '../parts/badge.tsx';
import { day, percent } from '../parts/moment.ts';
import { THEME_CHANGED } from '../shell/theme.ts';
import { type AdoptionSeries, adoptionSeries, type Counted } from './adoption-series.ts';
import { drawOverlay, type Level, type Mark, type Overlay } from './chart-overlay.ts';

const HEIGHT = 300;
const DARK = matchMedia('(prefers-color-scheme: dark)');

/** Adoption over time with goals and the marks of stages. The figures are beside it as a table; this is for the eye. */
export function AdoptionChart({ overview, counted }: { overview: Overview; counted: Counted }) {
  const place = useRef<HTMLDivElement>(null);
  const [theme, setTheme] = useState(0);
  const [at, setAt] = useState<number | null>(null);
  const series = adoptionSeries(overview.samples, counted);
  useEffect(() => {
    const follow = () => setTheme((before) => before + 1);
    window.addEventListener(THEME_CHANGED, follow);
    DARK.addEventListener('change', follow);
    return () => {
      window.removeEventListener(THEME_CHANGED, follow);
      DARK.removeEventListener('change', follow);
    };
  }, []);
  useEffect(() => {
    const at = place.current;
    if (at === null) return;
    const chart = new uPlot(
      optionsOf(at, { levels: levelsOf(overview), marks: marksOf(overview), holes: series.holes }, setAt),
      [series.times, series.optedIn, series.injected],
      at,
    );
    const follow = new ResizeObserver(() => chart.setSize({ width: at.clientWidth, height: HEIGHT }));
    follow.observe(at);
    return () => {
      follow.disconnect();
      chart.destroy();
    };
  }, [overview, counted, theme]);
  return (
    <div class="chart">
      <p class="legend">
        <span class="key injected">Injected</span>
        <span class="key opted-in">Opted in</span>
        {overview.goals.length > 0 && <span class="key goal">Goal</span>}
        {overview.marks.length > 0 && <span class="key mark">Stage</span>}
        {series.holes.length > 0 && <span class="key hole">No samples</span>}
        <output>{readout(series, at)}</output>
      </p>
      <div ref={place} class="canvas" aria-hidden="true" />
    </div>
  );
}

function readout({ times, injected, optedIn, holes }: AdoptionSeries, at: number | null): string {
  const index = at ?? times.length - 1;
  const time = times[index];
  if (time === undefined) return '';
  if (holes.some(({ from, to }) => from < time && time < to)) return 'no samples here';
  const said = (share: number | null | undefined) => (share == null ? 'nothing eligible' : percent(share));
  return `${day(new Date(time * 1000).toISOString())}: ${said(injected[index])} injected, ${said(optedIn[index])} opted in`;
}

const levelsOf = ({ goals }: Overview): Level[] =>
  goals.map(({ target, by }) => ({
    at: target,
    label: `Goal ${percent(target)} by ${day(by)}`,
    short: `Goal ${percent(target)}`,
  }));

const marksOf = ({ marks }: Overview): Mark[] =>
  marks
    .map(({ at, stage, what }) => {
      const label = `${stage} ${spoken(what).toLowerCase()}`;
      return { at: Date.parse(at) / 1000, label, short: what === 'Opened' ? stage : label };
    })
    .filter(({ at }) => !Number.isNaN(at))
    .sort((a, b) => a.at - b.at);

function optionsOf(place: HTMLElement, overlay: Overlay, onPoint: (index: number | null) => void): uPlot.Options {
  const colour = colourReader(place);
  // of a single day there is no line
  const points = (fill: string) => ({ show: (chart: uPlot) => chart.data[0].length < LEAST_DAYS, size: 9, fill });
  const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
    scales: {
      x: { time: true, range: ({ data: [times] }) => spanOf(times) },
      y: { range: [0, 1] },
    },
    series: [
      {},
      // what is injected is drawn over it where both are the same
      { stroke: colour('--opted-in'), width: 2, points: points(colour('--opted-in')) },
      {
        stroke: colour('--injected'),
        width: 2.5,
        fill: colour('--injected-fill'),
        points: points(colour('--injected')),
      },
    ],
    axes: [
      { ...axis, size: 28, space: 70, values: (_, times) => times.map((time) => shortDay(time)), incrs: DAYS },
      { ...axis, size: 48, values: (_, shares) => shares.map((share) => percent(share)) },
    ],
    hooks: {
      draw: [
        (chart) =>
          drawOverlay(chart, overlay, {
            goal: colour('--goal'),
            mark: colour('--quiet'),
            hole: colour('--hole'),
            words: colour('--ink'),
            behind: colour('--card'),
          }),
      ],
      setCursor: [(chart) => onPoint(chart.cursor.idx ?? null)],
    },
  };
}

const DAY = 86_400;
// in the first days of a rollout the chart has room for a week
const LEAST_DAYS = 7;
const DAYS = [1, 2, 7, 14, 28, 56, 112].map((days) => days * DAY);
/** From the first sample to the last; uPlot makes years of a single one. */
function spanOf(times: ArrayLike<number>): [number, number] {
  const last = times[times.length - 1] ?? Date.now() / 1000;
  return [Math.min(times[0] ?? last, last - LEAST_DAYS * DAY), last];
}

const SHORT_DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const shortDay = (time: number): string => SHORT_DAY.format(new Date(time * 1000));

/** Reads colours of the theme in force: a canvas does not know custom properties. */
function colourReader(place: HTMLElement): (name: string) => string {
  return (name) => {
    place.style.color = `var(${name})`;
    const { color } = getComputedStyle(place);
    place.style.color = '';
    return color;
  };
}
