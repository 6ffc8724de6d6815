import picocolors from 'picocolors';
import type { AuditSummary } from '../../core/records/summary.ts';

type Day = AuditSummary['days'][number];

/** A month; what is before is told as a number. */
const MOST_DAYS = 31;
const DAY_MS = 86_400_000;
const LEAST_BAR = 10;
const MOST_BAR = 60;

/** Told apart without colour as well. */
const SIGNS = { inject: '█', skip: '▒', refused: '░' } as const;

/**
 * The pods of each day as bars, the last ones of a long time; a day of none between others has an empty one.
 * @param columns of the terminal
 */
export function dayChart(days: readonly Day[], columns: number, colour: boolean): string {
  const shown = withoutGaps(days).slice(-MOST_DAYS);
  const [first] = shown;
  if (first === undefined) return '';
  const before = days.filter(({ day }) => day < first.day).length;
  const counts = shown.map((day) => String(podsOf(day)));
  const width = Math.max(...counts.map(({ length }) => length));
  const bar = Math.min(MOST_BAR, Math.max(LEAST_BAR, columns - first.day.length - width - 4));
  const most = Math.max(...shown.map(podsOf));
  const rows = shown.map((day, at) =>
    `${day.day}  ${(counts[at] ?? '').padStart(width)}  ${barOf(day, most, bar, colour)}`.trimEnd(),
  );
  const earlier = before === 0 ? [] : [`(${before === 1 ? '1 earlier day' : `${before} earlier days`} not shown)`];
  const paint = paintsOf(colour);
  const legend = `${paint.inject(SIGNS.inject)} inject  ${paint.skip(SIGNS.skip)} skip  ${paint.refused(SIGNS.refused)} deny or error`;
  return [`pods a day, in UTC: ${legend}`, ...earlier, ...rows].join('\n');
}

const refusedOf = ({ deny, error, allow }: Day): number => deny + error + allow;
const podsOf = (day: Day): number => day.inject + day.skip + refusedOf(day);

/** Whatever there is has a sign at least. */
function barOf(day: Day, most: number, bar: number, colour: boolean): string {
  const paint = paintsOf(colour);
  const parts = { inject: day.inject, skip: day.skip, refused: refusedOf(day) };
  return (Object.keys(parts) as (keyof typeof parts)[])
    .map((part) => {
      const signs = parts[part] === 0 ? 0 : Math.max(1, Math.floor((parts[part] * bar) / most));
      return signs === 0 ? '' : paint[part](SIGNS[part].repeat(signs));
    })
    .join('');
}

function paintsOf(colour: boolean) {
  const { green, dim, red } = picocolors.createColors(colour);
  return { inject: green, skip: dim, refused: red };
}

function withoutGaps(days: readonly Day[]): readonly Day[] {
  const last = days.at(-1);
  if (last === undefined) return [];
  const known = new Map(days.map((day) => [day.day, day]));
  const lastMs = Date.parse(last.day);
  const firstMs = Math.max(Date.parse(days[0]?.day ?? last.day), lastMs - (MOST_DAYS - 1) * DAY_MS);
  const filled: Day[] = [];
  for (let ms = firstMs; ms <= lastMs; ms += DAY_MS) {
    const day = new Date(ms).toISOString().slice(0, 10);
    filled.push(known.get(day) ?? { day, inject: 0, skip: 0, deny: 0, allow: 0, error: 0 });
  }
  return filled;
}
