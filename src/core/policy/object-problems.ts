import type { InjectionPolicy } from '../api/injection-policy.ts';
import type { SidecarProfile } from '../api/sidecar-profile.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import { profileProblems } from '../sidecar/profiles/active-profile.ts';
import { specProblems } from './active-policy.ts';
import { sampleProblems } from './samples.ts';

/** What is wrong with an InjectionPolicy of a cluster beyond its schema, whichever profiles there are. */
export function policyProblems({ metadata, spec }: InjectionPolicy): readonly Problem[] {
  return [...modeProblems(metadata.name, spec.mode), ...specProblems(spec)];
}

/** What is wrong with a SidecarProfile of a cluster beyond its schema; one that says what it may is tried on sample pods. */
export function sidecarProfileProblems(profile: SidecarProfile): readonly Problem[] {
  const problems = profileProblems(profile);
  return problems.length > 0 ? problems : sampleProblems(profile);
}

/** In a cluster the name says which policy decides, so that there can be no two. */
function modeProblems(name: string, mode: InjectionPolicy['spec']['mode']): readonly Problem[] {
  const path = '/spec/mode';
  if (name === 'default' && mode === 'Shadow')
    return [{ path, message: 'is "Shadow"; accepted for the policy default, which decides: Enforce' }];
  if (name !== 'default' && mode === 'Enforce')
    return [
      {
        path,
        message: `is "Enforce", as when it is left out; accepted for ${quoted(name)}: Shadow, since only the policy default decides`,
      },
    ];
  return [];
}
