import type { Right } from './rights.ts';

/** What the watchdog may do, where it is on. */
export const WATCHDOG_RIGHTS: readonly Right[] = [
  {
    scope: 'Cluster',
    apiGroup: 'apps',
    resources: ['deployments', 'statefulsets', 'daemonsets'],
    verbs: ['get', 'patch'],
    when: { watchdog: 'On' },
    usedBy: 'src/cluster/rollout/restart-workload.ts, src/cluster/rollout/restart-plan.ts',
    reason: 'Restarts workloads whose pods miss their sidecar, and sees whether they become complete.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'apps',
    resources: ['replicasets'],
    verbs: ['get'],
    when: { watchdog: 'On' },
    usedBy: 'src/cluster/rollout/restart-plan.ts',
    reason: 'Which Deployment a pod belongs to.',
  },
  {
    scope: 'Cluster',
    apiGroup: '',
    resources: ['pods'],
    verbs: ['create'],
    when: { watchdog: 'On' },
    usedBy: 'src/cluster/doctor/checks/dry-run-pod.ts',
    reason:
      'Tries out by a dry run, before each restart, whether a pod gets its sidecar. A dry run cannot be demanded of a creation; whoever may change Deployments can have pods made anyway.',
  },
];
