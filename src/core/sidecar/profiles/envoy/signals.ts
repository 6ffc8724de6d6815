import type { EnvoyProfile } from '../../../api/envoy-profile.ts';
import type { Signals } from '../signals.ts';
import { observes } from './features.ts';

/** What a plain Envoy tells about traffic. */
export function envoySignals({ features, telemetry }: EnvoyProfile['spec']): Signals {
  if (!observes({ features })) return { metrics: undefined, accessLog: undefined, traces: undefined, features };
  const { tracing, accessLog } = telemetry;
  const { mode, format, sampledPercent } = accessLog;
  const { collector, samplingPercent } = tracing;
  return {
    metrics: 'Envoy',
    accessLog: mode === 'Off' ? undefined : { mode, format, sampledPercent },
    traces: collector === undefined ? undefined : { collector, samplingPercent },
    features,
  };
}
