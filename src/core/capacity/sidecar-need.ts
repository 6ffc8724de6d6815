import type { Coefficients } from './coefficients.ts';

/** What one sidecar has to carry. Clusters and listeners count beyond those that the built-in profile has itself. */
export interface SidecarLoad {
  readonly clusters: number;
  readonly listeners: number;
  /** Open connections of clients through it. */
  readonly connections: number;
  readonly requestsPerSecond: number;
}

export interface SidecarNeed {
  /** Resident memory. */
  readonly memoryBytes: number;
  /** Processor time a second, in cores. */
  readonly cores: number;
}

/** What a sidecar needs under a load: the sum of its measured parts, none of which changes another. */
export function sidecarNeed(load: SidecarLoad, { memory, cpu }: Coefficients): SidecarNeed {
  return {
    memoryBytes:
      memory.base +
      load.clusters * memory.perCluster.each +
      load.listeners * memory.perListener.each +
      load.connections * memory.perConnection.each,
    cores: cpu.base + cpu.requests.factor * load.requestsPerSecond ** cpu.requests.exponent,
  };
}
