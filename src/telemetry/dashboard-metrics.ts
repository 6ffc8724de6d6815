import { ROUTES, type RouteName } from '../core/dashboard/routes.ts';
import type { MetricMaker } from './metric-maker.ts';
import type { MetricRow } from './metric-table.ts';

/** What was asked for: a route of the API, a file of the page, what replicas tell each other, or nothing that there is. */
const DASHBOARD_TARGETS = [...(Object.keys(ROUTES) as RouteName[]), 'openapi', 'page', 'peer', 'none'] as const;
export type DashboardTarget = RouteName | 'openapi' | 'page' | 'peer' | 'none';

const STATUSES = ['200', '304', '400', '401', '403', '404', '405', '413', '415', '429', '500', '503'] as const;

/** The metrics of the dashboard. */
export const DASHBOARD_METRICS = {
  dashboardRequests: {
    name: 'pillion_dashboard_requests_total',
    type: 'counter',
    help: 'Requests to the dashboard that were answered; a stream counts when it begins.',
    labels: { route: DASHBOARD_TARGETS, status: STATUSES },
  },
  dashboardStreams: {
    name: 'pillion_dashboard_streams',
    type: 'gauge',
    help: 'Open streams of decisions.',
    labels: {},
  },
} as const satisfies Record<string, MetricRow>;

/** What the dashboard reports about itself. */
export interface DashboardMetrics {
  answered(target: DashboardTarget, status: number): void;
  streams(open: number): void;
}

export function dashboardMetrics({ counter, gauge }: MetricMaker): DashboardMetrics {
  const requests = counter(DASHBOARD_METRICS.dashboardRequests);
  const streams = gauge(DASHBOARD_METRICS.dashboardStreams);
  streams.set(0);
  return {
    answered(route, code) {
      const exact = STATUSES.find((status) => status === String(code));
      requests.inc({ route, status: exact ?? (code < 500 ? '400' : '500') });
    },
    streams: (open) => streams.set(open),
  };
}
