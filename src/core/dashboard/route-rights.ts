import type { ReadRight } from '../../cluster/dashboard-readers/access-review.ts';
import type { RouteName } from '../../core/dashboard/routes.ts';

/** By it somebody sees what the dashboard tells of pods: in a namespace, or in all of them. */
export const PODS: ReadRight = { group: '', resource: 'pods' };

const PLANS: ReadRight = { group: 'pillion.io', resource: 'rolloutplans' };
const POLICIES: ReadRight = { group: 'pillion.io', resource: 'injectionpolicies' };
const PROFILES: ReadRight = { group: 'pillion.io', resource: 'sidecarprofiles' };

/** What a route needs beside that for all namespaces: it shows objects as they are, which the API server would refuse without this. */
export const FURTHER_RIGHTS: Readonly<Partial<Record<RouteName, readonly ReadRight[]>>> = {
  rollout: [PLANS],
  briefing: [PLANS],
  policy: [POLICIES, PROFILES],
};
