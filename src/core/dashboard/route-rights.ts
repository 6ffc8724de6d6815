import type { RouteName } from './routes.ts';

/** What somebody may list, in a namespace or in all of them. */
export interface ListRight {
  /** Empty for the core API. */
  readonly group: string;
  readonly resource: string;
}

/** By it somebody sees what the dashboard tells of pods: in a namespace, or in all of them. */
export const PODS: ListRight = { group: '', resource: 'pods' };

const PLANS: ListRight = { group: 'pillion.io', resource: 'rolloutplans' };
const POLICIES: ListRight = { group: 'pillion.io', resource: 'injectionpolicies' };
const PROFILES: ListRight = { group: 'pillion.io', resource: 'sidecarprofiles' };

/** What a route needs beside that for all namespaces: it shows objects as they are, which the API server would refuse without this. */
export const FURTHER_RIGHTS: Readonly<Partial<Record<RouteName, readonly ListRight[]>>> = {
  rollout: [PLANS],
  briefing: [PLANS],
  policy: [POLICIES, PROFILES],
};
