import type { Sample } from '../../core/adoption/status/picture.ts';

type Point = readonly [x: number, y: number];

// a day kept by one point has the next one within it; so much more is a gap
export const GAP_MS = 36 * 3_600_000;

/** Samples without gaps: over a gap no line is drawn, since nothing is known there. */
export function segmentsOf(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const segments: Sample[][] = [];
  let last: Sample | undefined;
  for (const sample of samples) {
    const isGap = last === undefined || sample.ms - last.ms > GAP_MS;
    if (isGap) segments.push([sample]);
    else segments.at(-1)?.push(sample);
    last = sample;
  }
  return segments;
}

/** The path of a line through points. */
export const linePath = (points: readonly Point[]): string =>
  points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('');

/** The path of the area between points and a base line. */
export function areaPath(points: readonly Point[], base: number): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return '';
  return `${linePath(points)}L${last[0]} ${base}L${first[0]} ${base}Z`;
}
