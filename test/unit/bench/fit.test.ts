import { expect, test } from '@jest/globals';
import { coefficientsOf, powerFrom, slopeFrom } from '../../bench/sidecar/fit.ts';

const ABOUT = { date: '2026-01-01', envoy: '1.2.3', machine: { cores: 2, model: 'a processor' }, workers: 2 };

test('points on a line give its slope and no residual', () => {
  const points = [10, 200, 3000].map((count) => ({ count, value: 7 + 2 * count }));
  const { each, residual } = slopeFrom(7, points);
  expect(each).toBeCloseTo(2, 12);
  expect(residual).toBeCloseTo(0, 12);
});

test('the residual is the largest share by which a point lies off the line', () => {
  const { each, residual } = slopeFrom(0, [
    { count: 1, value: 1 },
    { count: 2, value: 3 },
  ]);
  expect(each).toBeCloseTo(7 / 5, 12);
  expect(residual).toBeCloseTo(2 / 5, 12);
});

test('points of a power give its factor and exponent, and one that lies off it the residual', () => {
  const points = [10, 200, 3000].map((count) => ({ count, value: 7 + 2 * count ** 0.7 }));
  const exact = powerFrom(7, points);
  expect(exact.factor).toBeCloseTo(2, 10);
  expect(exact.exponent).toBeCloseTo(0.7, 10);
  expect(exact.residual).toBeCloseTo(0, 10);
  const [first = { count: 0, value: 0 }, ...others] = points;
  expect(powerFrom(7, [{ ...first, value: first.value * 1.5 }, ...others]).residual).toBeGreaterThan(0.1);
});

test('each coefficient is fitted to the points in which nothing else grew, and the mixed ones judge the sum', () => {
  const point = (clusters: number, listeners: number, connections: number, more = 1) => ({
    clusters,
    listeners,
    connections,
    residentBytes: (1000 + 5 * clusters + 7 * listeners + 11 * connections) * more,
  });
  const memory = [point(0, 0, 0), point(10, 0, 0), point(0, 20, 0), point(0, 0, 30), point(10, 20, 30, 1 / 0.9)];
  const rates = [0, 100, 500].map((rate) => ({ requestsPerSecond: rate, sidecarCores: 0.01 + rate / 10_000 }));
  const { memory: fitted, cpu } = coefficientsOf(memory, rates, ABOUT);
  expect(fitted.base).toBe(1000);
  expect([fitted.perCluster.each, fitted.perListener.each, fitted.perConnection.each]).toEqual([5, 7, 11]);
  expect(fitted.mixedResidual).toBeCloseTo(0.1, 12);
  expect(cpu.base).toBe(0.01);
  expect(cpu.requests.factor).toBeCloseTo(1e-4, 12);
  expect(cpu.requests.exponent).toBeCloseTo(1, 12);
});
