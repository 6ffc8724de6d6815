import type { Right } from './rights.ts';

const LISTED = 'src/cluster/dashboard/cluster-view.ts, src/cluster/listed-workloads.ts';

/** What the dashboard may do, where it is served. */
export const DASHBOARD_RIGHTS: readonly Right[] = [
  {
    scope: 'Cluster',
    apiGroup: 'authentication.k8s.io',
    resources: ['tokenreviews'],
    verbs: ['create'],
    when: { dashboard: 'On' },
    usedBy: 'src/cluster/dashboard-readers/token-review.ts',
    reason: 'Asks the API server whose token a reader sends.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'authorization.k8s.io',
    resources: ['subjectaccessreviews'],
    verbs: ['create'],
    when: { dashboard: 'On' },
    usedBy: 'src/cluster/dashboard-readers/access-review.ts',
    reason: 'Asks the API server what a reader may list, and shows no more.',
  },
  {
    scope: 'Cluster',
    apiGroup: '',
    resources: ['replicationcontrollers'],
    verbs: ['list'],
    when: { dashboard: 'On' },
    usedBy: LISTED,
    reason: 'Shows workloads with what becomes of their pods, also of those that have none.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'apps',
    resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets'],
    verbs: ['list'],
    when: { dashboard: 'On' },
    usedBy: LISTED,
    reason: 'The same.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'batch',
    resources: ['jobs', 'cronjobs'],
    verbs: ['list'],
    when: { dashboard: 'On' },
    usedBy: LISTED,
    reason: 'The same.',
  },
  {
    scope: 'Cluster',
    apiGroup: '',
    resources: ['nodes', 'resourcequotas', 'limitranges'],
    verbs: ['list'],
    when: { dashboard: 'On' },
    usedBy: 'src/cluster/capacity/read-capacity.ts, src/cluster/read-surroundings.ts',
    reason: 'What sidecars take, where quotas stand in their way, and what limit ranges fill in.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'networking.k8s.io',
    resources: ['networkpolicies'],
    verbs: ['list'],
    when: { dashboard: 'On' },
    usedBy: 'src/cluster/read-surroundings.ts',
    reason: 'Whether a workload is fit for a sidecar depends on what selects its pods.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'autoscaling',
    resources: ['horizontalpodautoscalers'],
    verbs: ['list'],
    when: { dashboard: 'On' },
    usedBy: 'src/cluster/read-surroundings.ts',
    reason: 'The same.',
  },
];
