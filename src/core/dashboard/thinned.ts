// a month of hours, with room for what is newer than the last one
const MOST = 750;
const WEEK_MS = 7 * 86_400_000;

/**
 * Of many points as many as a chart shows: those of the last week as they are, and of the time before the last one of each of equal spans.
 * @param points ordered by time
 * @param most at least two
 */
export function thinned<T>(points: readonly T[], msOf: (point: T) => number, most = MOST): readonly T[] {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length <= most || first === undefined || last === undefined) return points;
  const recentFrom = msOf(last) - WEEK_MS;
  const recent = points.filter((point) => msOf(point) > recentFrom);
  if (recent.length >= most) return bySpans(points, msOf, most);
  const older = points.slice(0, points.length - recent.length);
  return [...bySpans(older, msOf, most - recent.length), ...recent];
}

function bySpans<T>(points: readonly T[], msOf: (point: T) => number, spans: number): readonly T[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const fromMs = msOf(first);
  const spanMs = Math.max(1, msOf(last) - fromMs + 1) / spans;
  // the last one of a span takes the place of those before it
  return [...new Map(points.map((point) => [Math.floor((msOf(point) - fromMs) / spanMs), point])).values()];
}
