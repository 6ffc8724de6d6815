import type { Coefficients, Power, Slope } from '../../../src/core/capacity/coefficients.ts';
import { sidecarNeed } from '../../../src/core/capacity/sidecar-need.ts';
import type { RateFigure } from './hops.ts';
import type { Grown, MemoryPoint } from './memory.ts';

interface Point {
  readonly count: number;
  readonly value: number;
}

const residualFrom = (model: (count: number) => number, points: readonly Point[]): number =>
  Math.max(...points.map(({ count, value }) => Math.abs(model(count) - value) / value));

/** The slope of least squares of `value = base + each * count`, where the base has been measured. */
export function slopeFrom(base: number, points: readonly Point[]): Slope {
  const squares = points.reduce((sum, { count }) => sum + count * count, 0);
  const each = points.reduce((sum, { count, value }) => sum + count * (value - base), 0) / squares;
  return { each, residual: residualFrom((count) => base + each * count, points) };
}

/** The least squares, among logarithms, of `value = base + factor * count ** exponent`, where the base has been measured. */
export function powerFrom(base: number, points: readonly Point[]): Power {
  const logs = points.map(({ count, value }) => ({ x: Math.log(count), y: Math.log(value - base) }));
  const mean = { x: average(logs.map(({ x }) => x)), y: average(logs.map(({ y }) => y)) };
  const exponent =
    average(logs.map(({ x, y }) => (x - mean.x) * (y - mean.y))) / average(logs.map(({ x }) => (x - mean.x) ** 2));
  const factor = Math.exp(mean.y - exponent * mean.x);
  return { factor, exponent, residual: residualFrom((count) => base + factor * count ** exponent, points) };
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The coefficients of the model, from what was measured. */
export function coefficientsOf(
  memory: readonly MemoryPoint[],
  rates: readonly RateFigure[],
  about: Pick<Coefficients, 'date' | 'envoy' | 'machine' | 'workers'>,
): Coefficients {
  const base = memory.find((point) => grownIn(point).length === 0)?.residentBytes ?? Number.NaN;
  const slope = (what: Grown) => {
    const points = memory.filter((point) => grownIn(point).join() === what);
    return slopeFrom(
      base,
      points.map((point) => ({ count: point[what], value: point.residentBytes })),
    );
  };
  const idle = rates.find(({ requestsPerSecond }) => requestsPerSecond === 0)?.sidecarCores ?? Number.NaN;
  const called = rates.filter(({ requestsPerSecond }) => requestsPerSecond > 0);
  const points = called.map(({ requestsPerSecond, sidecarCores }) => ({
    count: requestsPerSecond,
    value: sidecarCores,
  }));
  const fitted = {
    ...about,
    memory: {
      base,
      perCluster: slope('clusters'),
      perListener: slope('listeners'),
      perConnection: slope('connections'),
      mixedResidual: 0,
    },
    cpu: { base: idle, requests: powerFrom(idle, points) },
  };
  const mixed = memory.filter((point) => grownIn(point).length > 1).map((point) => residualOf(point, fitted));
  return { ...fitted, memory: { ...fitted.memory, mixedResidual: Math.max(...mixed) } };
}

const grownIn = (point: MemoryPoint): Grown[] =>
  (['clusters', 'listeners', 'connections'] as const).filter((what) => point[what] > 0);

/** How far the model is from a point, as a share of the point. */
const residualOf = (point: MemoryPoint, coefficients: Coefficients): number =>
  Math.abs(sidecarNeed({ ...point, requestsPerSecond: 0 }, coefficients).memoryBytes / point.residentBytes - 1);
