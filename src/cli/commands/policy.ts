import { stringify } from 'yaml';
import { DEFAULT_POLICY } from '../../core/policy/default-policy.generated.ts';
import type { Environment } from '../environment.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { activePolicy, type PolicyFlags } from '../policy-sources.ts';

export interface PolicyShowFlags extends PolicyFlags {
  readonly output: OutputFormat;
}

/** `pillion policy show`: the policy that counts, with its revision; the built-in one with its comments. */
export async function showPolicy(flags: PolicyShowFlags, environment: Environment): Promise<number> {
  const { name, revision, spec } = await activePolicy(flags, environment);
  const object = { apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionPolicy', metadata: { name }, spec };
  const builtIn = (flags.policy ?? []).length === 0;
  if (flags.output !== 'human') environment.stdout(structured({ revision, policy: object }, flags.output));
  else environment.stdout(`# revision ${revision}\n${builtIn ? DEFAULT_POLICY : stringify(object)}`);
  return 0;
}
