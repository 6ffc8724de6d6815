import type { Phrase } from './phrase.ts';

/** Where to look for something that the sidecar tells, as a query that can be copied. */
export interface Lookup {
  readonly about: 'Metrics' | 'Logs' | 'Traces';
  readonly says: Phrase;
  /** In what language: of Prometheus, of a shell, of Graylog, of Jaeger. Absent where there is nothing to ask. */
  readonly in?: 'PromQL' | 'Shell' | 'Graylog' | 'Jaeger';
  readonly query?: string;
}

/** A workload as queries name it. */
export interface Looked {
  readonly namespace: string;
  /** As Prometheus and Jaeger know it. */
  readonly workload: string;
  /** As kubectl takes it: deployment/web. */
  readonly object: string;
  readonly labels: Readonly<Record<string, string>>;
}
