import type { Coefficients } from './coefficients.ts';
import { type SidecarLoad, sidecarNeed } from './sidecar-need.ts';

/**
 * What a sidecar is to carry within its requests: an application of ordinary size in a mesh of 100 Services. Both loads are choices
 * and no measurement, made with amounts in mind that are usual for a sidecar: what was measured says what such amounts carry.
 */
export const ORDINARY_LOAD: SidecarLoad = { clusters: 100, listeners: 20, connections: 500, requestsPerSecond: 250 };

/** What a sidecar is to carry without being killed: an entry point with many clients in a mesh of 5,000 Services. */
export const HEAVY_LOAD: SidecarLoad = {
  clusters: 5000,
  listeners: 500,
  connections: 10_000,
  // no matter how many: the CPU limit does not come from it
  requestsPerSecond: 0,
};

const MEBIBYTE = 2 ** 20;
const CPU_STEP = 50;

/** Amounts as numbers of their base unit: cores and bytes. */
export interface DerivedResources {
  readonly requests: { readonly cpu: number; readonly memory: number };
  readonly limits: { readonly cpu: number; readonly memory: number };
}

/**
 * The default resources of a sidecar. Memory is what the load needs, rounded up to a power of two, so that it covers the residual of
 * the measurement and what buffers take for a moment. Requested CPU is rounded to the nearest 50m, since two runs differ by a tenth and
 * a pod that asks for a little too little is only slower, and only on a node that is full; the limit is one core for each worker thread,
 * since the proxy cannot use more, and less would only stall it.
 */
export function defaultResources(workers: number, coefficients: Coefficients): DerivedResources {
  const ordinary = sidecarNeed(ORDINARY_LOAD, coefficients);
  const heavy = sidecarNeed(HEAVY_LOAD, coefficients);
  return {
    requests: {
      cpu: (Math.max(1, Math.round((ordinary.cores * 1000) / CPU_STEP)) * CPU_STEP) / 1000,
      memory: powerOfTwo(ordinary.memoryBytes),
    },
    limits: { cpu: workers, memory: powerOfTwo(heavy.memoryBytes) },
  };
}

const powerOfTwo = (bytes: number): number => 2 ** Math.ceil(Math.log2(bytes / MEBIBYTE)) * MEBIBYTE;
