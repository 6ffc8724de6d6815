import type { Right } from '../rights.ts';

/** What the background scan may do beyond listing pods. */
export const SCAN_RIGHTS: readonly Right[] = [
  {
    scope: 'Cluster',
    apiGroup: '',
    resources: ['pods', 'replicationcontrollers'],
    verbs: ['get'],
    usedBy: 'src/cluster/scan/events.ts',
    reason: 'An Event about a workload names its uid, without which kubectl describe does not show it.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'apps',
    resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets'],
    verbs: ['get'],
    usedBy: 'src/cluster/scan/events.ts',
    reason: 'The same.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'batch',
    resources: ['jobs', 'cronjobs'],
    verbs: ['get'],
    usedBy: 'src/cluster/scan/events.ts',
    reason: 'The same.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'events.k8s.io',
    resources: ['events'],
    verbs: ['create'],
    usedBy: 'src/cluster/write-event.ts',
    reason: 'Tells those who own a workload why its pods get no sidecar that they ask for.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'pillion.io',
    resources: ['injectionreports'],
    names: ['default'],
    verbs: ['get', 'create', 'patch'],
    usedBy: 'src/cluster/scan/kept-report.ts',
    reason: 'Makes the report of the scan, by apply, which names the object, and reads since when it says the same.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'pillion.io',
    resources: ['injectionreports/status'],
    names: ['default'],
    verbs: ['patch'],
    usedBy: 'src/cluster/scan/kept-report.ts',
    reason: 'Writes down what the scan found.',
  },
  {
    scope: 'Own',
    apiGroup: '',
    resources: ['configmaps'],
    verbs: ['get', 'list', 'create', 'update', 'delete'],
    usedBy: 'src/cluster/adoption/month-store.ts',
    reason:
      'Keeps how far the rollout is in a ConfigMap a month, pillion-adoption-YYYY-MM, and deletes those of more than a year ago. A role cannot name what only begins alike.',
  },
];
