import type { Signals } from '../signals.ts';

/** Istio’s sidecar tells what istiod has it tell; its metrics are on unless a Telemetry object takes them away. */
export const ISTIO_SIGNALS: Signals = Object.freeze({
  metrics: 'Istio',
  accessLog: 'mesh',
  traces: 'mesh',
  features: undefined,
});
