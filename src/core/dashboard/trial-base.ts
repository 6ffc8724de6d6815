import { stringify } from 'yaml';
import type { SidecarProfile } from '../api/sidecar-profile.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { BUILT_IN } from '../policy/built-in-sources.ts';
import type { Source } from '../policy/load.ts';

const DOCUMENT = { apiVersion: 'pillion.io/v1alpha1' };

/** What a policy that is tried hides: the profiles, the plan and the policy in force, as if Pillion brought them. */
export function trialBase(
  { name, spec, stages }: ActivePolicy,
  profiles: readonly SidecarProfile[],
  plan: object | undefined,
): readonly Source[] {
  const policy = { ...DOCUMENT, kind: 'InjectionPolicy', metadata: { name }, spec };
  const counting = stages === undefined || plan === undefined ? [] : [plan];
  return [
    ...BUILT_IN,
    ...[...profiles, ...counting, policy].map((object) => ({
      file: 'in force',
      text: stringify(object),
      builtIn: true as const,
    })),
  ];
}
