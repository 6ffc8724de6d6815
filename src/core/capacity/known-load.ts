import type { Basis } from './basis.ts';

/** A figure with where it is from. */
export interface Known {
  readonly value: number;
  readonly basis: Basis;
}

/** What is known, or assumed, of the load of sidecars and of what stores their telemetry. */
export interface KnownLoad {
  /** Of a pod, in both directions. */
  readonly requestsPerSecond: Known;
  /** Of these, how many of a hundred fail. */
  readonly failedPercent: Known;
  /** How many status codes an upstream answers with. */
  readonly statusCodes: Known;
  /** Series in Prometheus today; undefined where nobody was asked. */
  readonly headSeries: Known | undefined;
  readonly retentionDays: Known;
  readonly scrapeSeconds: Known;
  /** What one storage node holds. */
  readonly storageNodeBytes: Known;
}
