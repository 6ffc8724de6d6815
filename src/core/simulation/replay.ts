import { admittedOrRefused, leftAlone } from '../decision/decide.ts';
import { consentOf } from '../decision/opt-in/consent.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { type Logged, wantedBy } from './logged.ts';
import { loggedRefusals, THE_CONTAINERS } from './logged-refusals.ts';
import { markedFrom } from './marked-from.ts';
import type { Outcome, Simulated } from './outcome.ts';
import { standingReasons } from './standing-reasons.ts';

/**
 * What a policy decides about the pod of a logged decision. Nothing is rendered: what needs the pod’s containers is as it was logged
 * where the same profile is asked, and unknown under another one.
 */
export function replay(logged: Logged, policy: ActivePolicy): Simulated {
  const wanted = wantedBy(logged);
  if (wanted.verdict === 'error') return { unknown: { missing: [failure(wanted.reason)] } };
  // no policy can take what is no pod
  if (logged.profile === undefined) return { outcome: wanted };
  const gaps = new Set<string>();
  const marked = markedFrom(logged, policy, gaps);
  const { standing, certain } = standingReasons(marked, logged, gaps);
  const consent = consentOf(marked.pod, policy);
  if (gaps.size > 0)
    // what was found before something was missing is the reason, whatever else holds
    return certain === undefined
      ? { unknown: { missing: [...gaps] } }
      : { outcome: { verdict: 'skip', reason: certain.reason, rule: certain.rule, also: [] } };
  const left = leftAlone(standing, consent);
  // found under the same profile
  if (left !== undefined)
    return { outcome: { ...left, ...(left.reason === 'already-injected' ? profileOf(logged) : {}) } };
  const profile = policy.profileFor(marked.pod, marked.namespace);
  const asked = { verdict: 'inject' as const, reason: consent.reason, profile: profile.name };
  if (gaps.size > 0) return { unknown: { missing: [...gaps], unless: asked } };
  const refusals = loggedRefusals(logged, wanted, marked, profile);
  // a waiver may ask as well
  if (gaps.size > 0) return { unknown: { missing: [...gaps], unless: asked } };
  if (refusals === undefined) return { unknown: { missing: [THE_CONTAINERS], unless: asked } };
  const conclusion = admittedOrRefused(consent, refusals);
  const injects = conclusion.verdict === 'inject';
  return {
    outcome: { ...conclusion, ...(injects ? { profile: profile.name, profileRevision: profile.revision } : {}) },
  };
}

/** What was decided when the log was written. */
export function loggedOutcome(logged: Logged): Simulated {
  const wanted = wantedBy(logged);
  if (wanted.verdict === 'error') return { unknown: { missing: [failure(wanted.reason)] } };
  const carries = wanted.verdict === 'inject' || wanted.reason === 'already-injected';
  return { outcome: { ...wanted, ...(carries ? profileOf(logged) : {}) } };
}

const failure = (reason: string): string => `the pod, since Pillion failed on it (${reason})`;

const profileOf = ({ profile, checked }: Logged): Pick<Outcome, 'profile' | 'profileRevision'> => ({
  ...(profile === undefined ? {} : { profile }),
  ...(checked === undefined ? {} : { profileRevision: checked.profile }),
});
