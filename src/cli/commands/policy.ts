import { stringify } from 'yaml';
import { DEFAULT_POLICY } from '../../core/policy/default-policy.generated.ts';
import type { Environment } from '../environment.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { type StandingPolicyFlags, standingPolicy } from '../standing-policy.ts';

export interface PolicyShowFlags extends StandingPolicyFlags {
  readonly output: OutputFormat;
}

/**
 * `pillion policy show`: the policy that counts, with its revision; the built-in one with its comments.
 * @throws Fault PIL001, PIL002, PIL003; PIL006 when the cluster is asked and cannot be reached
 */
export async function showPolicy(flags: PolicyShowFlags, environment: Environment): Promise<number> {
  const { active, builtIn } = await standingPolicy(flags, environment);
  const { name, revision, spec } = active;
  const object = { apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionPolicy', metadata: { name }, spec };
  if (flags.output !== 'human') environment.stdout(structured({ revision, policy: object }, flags.output));
  else environment.stdout(`# revision ${revision}\n${builtIn ? DEFAULT_POLICY : stringify(object)}`);
  return 0;
}
