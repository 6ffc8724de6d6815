import type { EnvoyTelemetry } from '../api/envoy-telemetry.ts';
import { MEASURED_TELEMETRY } from './telemetry.generated.ts';
import { type TelemetryVolume, telemetryVolume } from './telemetry-cost.ts';

/** What of requests of a pod is told. */
export interface ToldLoad {
  readonly requestsPerSecond: number;
  /** How many of a hundred requests fail, so that they are written down anyway. */
  readonly failedPercent: number;
}

const SILENT = { logBytesPerSecond: 0, spansPerSecond: 0, spanBytesPerSecond: 0 } as const;

/** What a sidecar makes logs and traces take; nothing where its profile tells nothing. */
export function toldBy(
  tells: EnvoyTelemetry | undefined,
  { requestsPerSecond, failedPercent }: ToldLoad,
): Omit<TelemetryVolume, 'series'> {
  if (tells === undefined) return SILENT;
  const { accessLog, tracing } = tells;
  const written = {
    Off: 0,
    Errors: failedPercent + ((100 - failedPercent) * accessLog.sampledPercent) / 100,
    All: 100,
  };
  const told = {
    requestsPerSecond,
    loggedPercent: written[accessLog.mode],
    format: accessLog.format,
    tracedPercent: tracing.collector === undefined ? 0 : tracing.samplingPercent,
  };
  return telemetryVolume(told, MEASURED_TELEMETRY);
}
