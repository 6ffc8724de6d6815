import type { Right } from '../rights.ts';

const USED_BY = 'src/cluster/dashboard/cluster-view.ts, src/cluster/dashboard/read-workload-detail.ts';

/** What the server may read for its dashboard, beside what it may do anyway. Whoever looks sees what their own rights show. */
export const DASHBOARD_READING_RIGHTS: readonly Right[] = [
  {
    scope: 'Cluster',
    apiGroup: '',
    resources: ['pods', 'replicationcontrollers'],
    verbs: ['get', 'list'],
    usedBy: USED_BY,
    reason: 'Tells of every workload what becomes of its pods, and why.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'apps',
    resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets'],
    verbs: ['get', 'list'],
    usedBy: USED_BY,
    reason: 'The same.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'batch',
    resources: ['jobs', 'cronjobs'],
    verbs: ['get', 'list'],
    usedBy: USED_BY,
    reason: 'The same.',
  },
  {
    scope: 'Cluster',
    apiGroup: '',
    resources: ['resourcequotas', 'limitranges'],
    verbs: ['list'],
    usedBy: 'src/cluster/read-surroundings.ts, src/cluster/capacity/read-capacity.ts',
    reason: 'What bounds pods: findings about workloads and capacity hang on it.',
  },
  {
    scope: 'Cluster',
    apiGroup: '',
    resources: ['nodes'],
    verbs: ['list'],
    usedBy: 'src/cluster/capacity/read-capacity.ts',
    reason: 'Whether nodes have room for the sidecars to come.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'networking.k8s.io',
    resources: ['networkpolicies'],
    verbs: ['list'],
    usedBy: 'src/cluster/read-surroundings.ts',
    reason: 'Findings about workloads hang on it.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'autoscaling',
    resources: ['horizontalpodautoscalers'],
    verbs: ['list'],
    usedBy: 'src/cluster/read-surroundings.ts',
    reason: 'Findings about workloads hang on it.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'pillion.io',
    resources: ['rolloutplans'],
    names: ['default'],
    verbs: ['get'],
    usedBy: 'src/cluster/rollout/standing-plan.ts',
    reason: 'The plan of the rollout, with its stages and goals.',
  },
];
