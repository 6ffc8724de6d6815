import { POD_STATES } from '../core/scan/judged-pod.ts';
import type { ScanReport } from '../core/scan/scan-report.ts';
import type { MetricMaker } from './metric-maker.ts';
import type { MetricRow } from './metric-table.ts';

/** What became of an Event that the scan had to write. */
export const SCAN_EVENTS = ['written', 'known', 'gone', 'failed', 'held-back'] as const;
export type ScanEvent = (typeof SCAN_EVENTS)[number];

/** The metrics of the background scan. */
export const SCAN_METRICS = {
  scanPods: {
    name: 'pillion_scan_pods',
    type: 'gauge',
    help: 'Running pods by how they stand beside the policy, as the last scan found them. Only the replica that scans, which is the one that registers, has it.',
    labels: { state: POD_STATES },
  },
  scanTime: {
    name: 'pillion_scan_timestamp_seconds',
    type: 'gauge',
    help: 'When the last scan that came to its end did, in seconds since the epoch. Only the replica that scans has it.',
    labels: {},
  },
  scans: {
    name: 'pillion_scans_total',
    type: 'counter',
    help: 'Comparisons of all running pods with the policy. `failed`: the pods or the report could not be read or written; the next one tries again.',
    labels: { result: ['finished', 'failed'] },
  },
  scanEvents: {
    name: 'pillion_scan_events_total',
    type: 'counter',
    help: 'Events about workloads that ask for a sidecar and get none, or nearly ask. `known`: stands already; `gone`: the workload does not; `held-back`: more than one scan writes, left to the next.',
    labels: { result: SCAN_EVENTS },
  },
} as const satisfies Record<string, MetricRow>;

/** What a scan reports about itself. */
export interface ScanMetrics {
  /** What was found; undefined when this replica does not scan any more. */
  found(report: ScanReport | undefined, at: Date): void;
  ended(result: 'finished' | 'failed'): void;
  event(result: ScanEvent, times?: number): void;
}

export function scanMetrics({ counter, gauge }: MetricMaker): ScanMetrics {
  const pods = gauge(SCAN_METRICS.scanPods);
  const time = gauge(SCAN_METRICS.scanTime);
  const scans = counter(SCAN_METRICS.scans);
  const events = counter(SCAN_METRICS.scanEvents);
  return {
    found(report, at) {
      // what another replica finds now would stand beside what this one found long ago
      time.reset();
      pods.reset();
      if (report === undefined) return;
      time.set(at.getTime() / 1000);
      for (const state of POD_STATES) pods.set({ state }, report.pods[state]);
    },
    ended: (result) => scans.inc({ result }),
    event: (result, times = 1) => events.inc({ result }, times),
  };
}
