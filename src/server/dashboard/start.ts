import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ListenAddress } from '../start.ts';
import type { DashboardParts } from './dashboard-context.ts';
import { DASHBOARD_LIMITS, type DashboardLimits } from './limits.ts';
import { dashboardListener } from './listener.ts';

export interface DashboardOptions extends Omit<DashboardParts, 'limits'>, ListenAddress {
  readonly limits?: Partial<DashboardLimits>;
}

/** The dashboard, being served. */
export interface RunningDashboard {
  readonly port: number;
  /** Ends the streams, answers what is under way, and stops; within five seconds at most. */
  close(): Promise<void>;
}

// a page of the dashboard is asked for again, by whoever reads it
const CLOSE_WITHIN_MS = 5_000;

/**
 * Serves the dashboard.
 * @throws Error when the certificate cannot be served or the address not be listened on
 */
export async function startDashboard({ host, port, limits, ...parts }: DashboardOptions): Promise<RunningDashboard> {
  const listener = dashboardListener({ ...parts, limits: { ...DASHBOARD_LIMITS, ...limits } });
  const { app } = listener;
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close().catch(() => {});
    throw new Error(
      `cannot listen for the dashboard: ${(cause as Error).message}; choose another port by --dashboard-port, or 0 for none`,
      { cause },
    );
  }
  return {
    port: (app.server.address() as AddressInfo).port,
    close: async () => {
      listener.endStreams();
      const patience = new AbortController();
      const closed = app.close().finally(() => patience.abort());
      const late = sleep(CLOSE_WITHIN_MS, undefined, { signal: patience.signal }).then(
        () => listener.destroyConnections(),
        () => {},
      );
      await Promise.race([closed, late]);
      await closed;
      parts.feed.close();
    },
  };
}
