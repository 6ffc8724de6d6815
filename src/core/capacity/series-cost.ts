/** The series that a sidecar shows to Prometheus, as a benchmark has measured them. */
export interface SeriesCost {
  /** Of the measurement, as in 2026-11-26. */
  readonly date: string;
  readonly envoy: string;
  /** Of a sidecar without a destination of its own that nobody has called. */
  readonly idle: number;
  /** More for each upstream of a destination. */
  readonly upstream: number;
  /** More for an upstream whose limits say how much of them is left: one with a circuit breaker or a retry budget. */
  readonly limited: number;
  /** More for an upstream that ejects. */
  readonly ejecting: number;
  /** More for a sidecar that may inject faults. */
  readonly faults: number;
  /** More for an upstream, inbound and outbound included, once it has answered: its histogram, and its first status code. */
  readonly answered: number;
}
