import { DASHBOARD_READING_RIGHTS } from './dashboard/rights.ts';
import type { Right } from './rights.ts';

/** What the server may do where it serves a dashboard: ask who reads and what they may, and read what it shows. */
export const DASHBOARD_RIGHTS: readonly Right[] = [
  {
    scope: 'Cluster',
    apiGroup: 'authentication.k8s.io',
    resources: ['tokenreviews'],
    verbs: ['create'],
    when: { dashboard: 'On' },
    usedBy: 'src/cluster/dashboard-readers/token-review.ts',
    reason: 'Asks the API server whose token a reader of the dashboard sends.',
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
  ...DASHBOARD_READING_RIGHTS.map((right): Right => ({ ...right, when: { dashboard: 'On' } })),
];
