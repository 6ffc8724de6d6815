import { duration, flag, group, whole } from './building-blocks.ts';

/** What brings pods right that miss their sidecar. */
export const watchdog = group(
  'Restarts workloads whose running pods should have a sidecar and have none, such as those that were created while the webhook was away. It acts on one replica, few workloads and slowly, and never while a new pod would get none. It gives the server the right to change every Deployment, StatefulSet and DaemonSet.',
  {
    enabled: flag(false, 'Whether anything is restarted.'),
    every: duration('5m', 'At most one workload in so long.'),
    perHour: whole(6, 1, 1000, 'At most so many in an hour.'),
  },
);
