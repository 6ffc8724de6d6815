import type { SidecarProfile } from '../../core/api/sidecar-profile.ts';
import { isoDay } from '../../core/json/iso-time.ts';
import type { Source } from '../../core/policy/load.ts';
import { objectsLoader } from '../../core/policy/objects-loader.ts';
import { policyOfObjects } from '../policy-objects/followed-objects.ts';
import type { StandingPolicyObject } from '../policy-objects/standing-objects.ts';
import type { DashboardSources } from './dashboard-sources.ts';

/** The profiles that the policy in force may name, and the objects that it comes from. */
export interface KnownPolicyParts {
  readonly profiles: readonly SidecarProfile[];
  /** None where the policy comes from files. */
  readonly standing: readonly StandingPolicyObject[];
  readonly sources: readonly Source[];
}

/**
 * Reads the profiles and objects of the policy in force.
 * @throws Fault PIL002 where its objects make up none and none is in their history; ApiError, ClusterUnreachable, TimeoutError
 */
export async function readPolicyParts({ transport, place, files, now }: DashboardSources): Promise<KnownPolicyParts> {
  if (files !== undefined) {
    const sources = await files.read();
    const loaded = files.load(sources);
    return { profiles: 'problems' in loaded ? [] : loaded.profiles, standing: [], sources };
  }
  const load = objectsLoader(place.namespace, now);
  const today = () => isoDay(now());
  const { profiles, standing, sources } = await policyOfObjects({ history: place, load, today }, transport);
  return { profiles, standing, sources };
}
