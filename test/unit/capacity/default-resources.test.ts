import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { EnvoyProfile } from '../../../src/core/api/envoy-profile.ts';
import type { Coefficients } from '../../../src/core/capacity/coefficients.ts';
import { defaultResources, HEAVY_LOAD, ORDINARY_LOAD } from '../../../src/core/capacity/default-resources.ts';
import { MEASURED } from '../../../src/core/capacity/measured.generated.ts';
import { type SidecarLoad, sidecarNeed } from '../../../src/core/capacity/sidecar-need.ts';
import { quantityValue } from '../../../src/core/kubernetes/quantity.ts';
import { ENVOY_PROFILE } from '../../../src/core/sidecar/profiles/envoy/envoy.generated.ts';

const { image, resources, concurrency } = (parse(ENVOY_PROFILE) as EnvoyProfile).spec.sidecar;

const amounts = (quantities: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(quantities).map(([resource, amount]) => [resource, quantityValue(amount)]));

const NOTHING = { clusters: 0, listeners: 0, connections: 0, requestsPerSecond: 0 };
const slope = (each: number) => ({ each, residual: 0 });
const MIB = 2 ** 20;

/** Of a sidecar of round numbers. */
const ROUND: Coefficients = {
  date: '2026-01-01',
  envoy: '1.2.3',
  machine: { cores: 2, model: 'a processor' },
  workers: 2,
  memory: {
    base: 60 * MIB,
    perCluster: slope(MIB / 20),
    perListener: slope(MIB / 20),
    perConnection: slope(MIB / 25),
    mixedResidual: 0,
  },
  cpu: { base: 0.001, requests: { factor: 0.001, exponent: 0.5, residual: 0 } },
};

test('the default resources of the profile envoy are those that are derived from the measured coefficients', () => {
  const { requests, limits } = resources;
  expect({ requests: amounts(requests), limits: amounts(limits) }).toEqual(defaultResources(concurrency, MEASURED));
});

// so that measuring anew does not change words
const NEAR = 0.05;

test('the comment beside them tells the derivation in figures that were measured', () => {
  const comment = ENVOY_PROFILE.replaceAll(/\n\s*#\s*/g, ' ');
  const { base, perCluster, perListener, perConnection } = MEASURED.memory;
  const counts = ({ clusters, listeners, connections }: SidecarLoad) =>
    `${clusters.toLocaleString('en')} clusters, ${listeners} listeners and ${connections.toLocaleString('en')} connections take, `;
  const needs = [ORDINARY_LOAD, HEAVY_LOAD].map((load) => ({ load, need: sidecarNeed(load, MEASURED) }));
  const figures = [
    { told: /(\d+) Mi for the sidecar itself/, measured: base / MIB },
    { told: /(\d+) Ki a cluster/, measured: perCluster.each / 1024 },
    { told: /(\d+) Ki a listener/, measured: perListener.each / 1024 },
    { told: /(\d+) Ki a connection/, measured: perConnection.each / 1024 },
    ...needs.map(({ load, need }) => ({
      told: new RegExp(`${counts(load)}(\\d+) Mi`),
      measured: need.memoryBytes / MIB,
    })),
    {
      told: new RegExp(`${ORDINARY_LOAD.requestsPerSecond} requests/s take (\\d+)m`),
      measured: (needs[0]?.need.cores ?? Number.NaN) * 1000,
    },
  ];
  const wrong = figures.filter(({ told, measured }) => {
    const figure = Number(told.exec(comment)?.[1]);
    return !(Math.abs(figure / measured - 1) <= NEAR);
  });
  expect(wrong).toEqual([]);
});

test('what was measured is the Envoy of the profile, with as many worker threads', () => {
  expect(image.endsWith(`v${MEASURED.envoy}`)).toBe(true);
  expect(MEASURED.workers).toBe(concurrency);
});

test('a sidecar without a load needs what was measured as the base, and each part adds its own', () => {
  expect(sidecarNeed(NOTHING, ROUND)).toEqual({ memoryBytes: 60 * MIB, cores: 0.001 });
  expect(sidecarNeed({ ...NOTHING, clusters: 100, listeners: 20 }, ROUND).memoryBytes / MIB).toBeCloseTo(66, 6);
  expect(sidecarNeed({ ...NOTHING, connections: 50 }, ROUND).memoryBytes / MIB).toBeCloseTo(62, 6);
  expect(sidecarNeed({ ...NOTHING, requestsPerSecond: 10_000 }, ROUND).cores).toBeCloseTo(0.101, 6);
});

test('memory is rounded up to a power of two, requested CPU to the nearest 50m, and a worker thread may have a core', () => {
  // ordinary: 60 + 5 + 1 + 20 MiB and 17m; heavy: 60 + 250 + 25 + 400 MiB
  expect(defaultResources(2, ROUND)).toEqual({
    requests: { cpu: 0.05, memory: 128 * MIB },
    limits: { cpu: 2, memory: 1024 * MIB },
  });
  const dearer = { ...ROUND, cpu: { ...ROUND.cpu, requests: { factor: 0.0005, exponent: 1, residual: 0 } } };
  expect(defaultResources(4, dearer)).toMatchObject({ requests: { cpu: 0.15 }, limits: { cpu: 4 } });
});
