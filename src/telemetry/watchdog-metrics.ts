import type { MetricMaker } from './metric-maker.ts';
import type { MetricRow } from './metric-table.ts';

/** The metrics of the watchdog. */
export const WATCHDOG_METRICS = {
  watchdogRestarts: {
    name: 'pillion_watchdog_restarts_total',
    type: 'counter',
    help: 'Workloads that the watchdog restarted because their pods had no sidecar, by what became of it.',
    labels: { result: ['done', 'failed'] },
  },
  watchdogMissing: {
    name: 'pillion_watchdog_workloads_missing_sidecars',
    type: 'gauge',
    help: 'Workloads with running pods that should have a sidecar and have none, at the last look of the watchdog: `restartable` ones wait for their turn, `by-hand` ones for somebody. Only on the replica that acts.',
    labels: { state: ['restartable', 'by-hand'] },
  },
} as const satisfies Record<string, MetricRow>;

/** What the watchdog reports about itself. */
export interface WatchdogMetrics {
  restarted(result: 'done' | 'failed'): void;
  missing(restartable: number, byHand: number): void;
  /** It looks no more. */
  idle(): void;
}

export function watchdogMetrics({ counter, gauge }: MetricMaker): WatchdogMetrics {
  const restarts = counter(WATCHDOG_METRICS.watchdogRestarts);
  const workloads = gauge(WATCHDOG_METRICS.watchdogMissing);
  return {
    restarted: (result) => restarts.inc({ result }),
    missing(restartable, byHand) {
      workloads.set({ state: 'restartable' }, restartable);
      workloads.set({ state: 'by-hand' }, byHand);
    },
    idle: () => workloads.reset(),
  };
}
