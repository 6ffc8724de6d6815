import { canonicalJson, digest } from '../json/canonical.ts';
import type { ActiveProfile } from '../sidecar/profiles/active-profile.ts';
import type { ActivePolicy } from './active-policy.ts';

const KNOWN = new WeakMap<ActivePolicy, Map<ActiveProfile, string>>();

/**
 * Digest of what of the profile and the policy a refusal can depend on, `overrides` apart: under equal ones the same pod, whose
 * Services say the same, is refused alike.
 */
export function refusalBasis(policy: ActivePolicy, profile: ActiveProfile): string {
  const bases = KNOWN.get(policy) ?? new Map<ActiveProfile, string>();
  KNOWN.set(policy, bases);
  const known = bases.get(profile);
  if (known !== undefined) return known;
  // what Services say is rendered over the company’s defaults, and can become too large
  const basis = profile.followsServices
    ? digest(canonicalJson([profile.refusalRevision, policy.trafficDefaults]))
    : profile.refusalRevision;
  bases.set(profile, basis);
  return basis;
}
