/** How much one more of something adds. */
export interface Slope {
  readonly each: number;
  /** The largest difference between a measured point and the model, as a share of the point. */
  readonly residual: number;
}

/**
 * How much a rate of something adds: `factor * rate ** exponent`. The exponent is below 1, because a proxy that is called more often
 * does more each time it wakes.
 */
export interface Power {
  readonly factor: number;
  readonly exponent: number;
  /** As of a slope. */
  readonly residual: number;
}

/** What a sidecar costs, as a benchmark has measured it. Memory is resident memory in bytes, processor time is in cores. */
export interface Coefficients {
  /** Of the measurement, as in 2026-11-25. */
  readonly date: string;
  readonly envoy: string;
  readonly machine: { readonly cores: number; readonly model: string };
  /** Worker threads of the measured sidecar; both base amounts grow with them. */
  readonly workers: number;
  readonly memory: {
    /** A sidecar with the built-in profile’s own clusters and listeners, and without a connection. */
    readonly base: number;
    /** A cluster with two endpoints, beyond the profile’s own. */
    readonly perCluster: Slope;
    /** A listener with an HTTP connection manager and statistics of its own, beyond the profile’s own. */
    readonly perListener: Slope;
    /** A client’s connection and the sidecar’s own to the server, with an answer under way. */
    readonly perConnection: Slope;
    /** Of a sidecar that had something of everything: how far the sum of the parts was from it. */
    readonly mixedResidual: number;
  };
  readonly cpu: {
    /** A sidecar that nobody calls. */
    readonly base: number;
    /** HTTP/1.1 requests a second on connections that are kept, with answers of 1 KiB. */
    readonly requests: Power;
  };
}
