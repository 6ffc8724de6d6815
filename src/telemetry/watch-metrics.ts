import type { MetricRow } from './metric-table.ts';

/** Why a watch was started again. */
export const WATCH_RESTARTS = ['ended', 'gone', 'garbage', 'silent', 'status', 'network'] as const;
export type WatchRestart = (typeof WATCH_RESTARTS)[number];

/** The metrics of each watch. */
export const WATCH_METRICS = {
  watchLastContact: {
    name: 'pillion_watch_last_contact_timestamp_seconds',
    type: 'gauge',
    help: 'When the API server last sent anything on this watch (bookmarks come about once a minute); staleness is time() minus this.',
    labels: { resource: 'the watched resources' },
  },
  watchRestarts: {
    name: 'pillion_watch_restarts_total',
    type: 'counter',
    help: 'Times a watch was started again. `ended` is the regular end of a watch.',
    labels: { resource: 'the watched resources', cause: WATCH_RESTARTS },
  },
  watchLists: {
    name: 'pillion_watch_lists_total',
    type: 'counter',
    help: 'Complete lists taken, the first one included.',
    labels: { resource: 'the watched resources' },
  },
  watchObjects: {
    name: 'pillion_watch_objects',
    type: 'gauge',
    help: 'Objects that the watch currently knows.',
    labels: { resource: 'the watched resources' },
  },
} as const satisfies Record<string, MetricRow>;
