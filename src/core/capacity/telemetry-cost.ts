/** What a sidecar tells about traffic, as a benchmark has measured it. */
export interface TelemetryCost {
  /** Of the measurement, as in 2026-11-26. */
  readonly date: string;
  readonly envoy: string;
  /** A line of the access log with x-request-id and a caller’s traceparent, the line’s end included. */
  readonly lineBytes: { readonly json: number; readonly gelf: number };
  /** Of one sidecar for each request that is traced. */
  readonly spansPerRequest: number;
  /** What goes to the collector for a span, of the connection as a whole. */
  readonly spanBytes: number;
  /** Of a sidecar that has served and called over HTTP: its series, and the page on which Prometheus reads them. */
  readonly series: number;
  readonly scrapeBytes: number;
  /** Processor time that a request costs more, in microseconds, at 1,000 a second. */
  readonly microseconds: { readonly json: number; readonly gelf: number; readonly traced: number };
}

/** Traffic of one pod, and what its profile has told about it. */
export interface ToldTraffic {
  /** In both directions. */
  readonly requestsPerSecond: number;
  /** How many of a hundred requests are written down: those that fail and those that are sampled. */
  readonly loggedPercent: number;
  readonly format: 'Json' | 'Gelf';
  readonly tracedPercent: number;
}

export interface TelemetryVolume {
  readonly logBytesPerSecond: number;
  readonly spansPerSecond: number;
  readonly spanBytesPerSecond: number;
  readonly series: number;
}

/** What the sidecar of one pod makes its log, its collector and its Prometheus take. */
export function telemetryVolume(told: ToldTraffic, cost: TelemetryCost): TelemetryVolume {
  const share = (percent: number) => (told.requestsPerSecond * percent) / 100;
  const spansPerSecond = share(told.tracedPercent) * cost.spansPerRequest;
  return {
    logBytesPerSecond: share(told.loggedPercent) * (told.format === 'Gelf' ? cost.lineBytes.gelf : cost.lineBytes.json),
    spansPerSecond,
    spanBytesPerSecond: spansPerSecond * cost.spanBytes,
    series: cost.series,
  };
}
