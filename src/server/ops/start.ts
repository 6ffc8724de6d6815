import type { AddressInfo } from 'node:net';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Readiness } from '../readiness.ts';
import { opsListener } from './listener.ts';
import type { Remarks } from './remarks.ts';

export interface OpsOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  /** What `/readyz` says besides. */
  readonly remarks?: Remarks;
}

/** Health and metrics, being served. */
export interface RunningOps {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves health and metrics; the first thing that a process does, so that a probe is answered while the rest starts.
 * @throws Error when the address cannot be listened on
 */
export async function startOps({ host, port, readiness, metrics, remarks }: OpsOptions): Promise<RunningOps> {
  const app = opsListener(readiness, metrics, remarks);
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw new Error(`cannot listen: ${(cause as Error).message}; choose another address or free this one`, { cause });
  }
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}
