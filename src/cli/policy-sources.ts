import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { DEFAULT_POLICY } from '../core/policy/default-policy.generated.ts';
import { loadPolicy, type Source } from '../core/policy/load.ts';
import { Fault } from '../core/problem/faults.ts';
import { ENVOY_PROFILE } from '../core/sidecar/profiles/envoy.generated.ts';
import type { Environment } from './environment.ts';
import { readSource } from './read-source.ts';

/** The flags by which every command is told which policy counts. */
export interface PolicyFlags {
  readonly policy?: string[];
  readonly profile?: string[];
  readonly ownNamespace: string;
}

/** The policy and the profiles that Pillion brings. */
export const BUILT_IN: readonly Source[] = [
  { file: 'built-in profile envoy', text: ENVOY_PROFILE, builtIn: true },
  { file: 'built-in policy default', text: DEFAULT_POLICY, builtIn: true },
];

/** The texts that make up the policy: the built-in ones and the files of the flags. */
async function policySources(flags: PolicyFlags, environment: Environment): Promise<readonly Source[]> {
  const files = [...(flags.profile ?? []), ...(flags.policy ?? [])];
  return [...BUILT_IN, ...(await Promise.all(files.map((file) => readSource(file, environment))))];
}

/**
 * The policy that counts under these flags.
 * @throws Fault PIL001, PIL002 with every problem of the files
 */
export async function activePolicy(flags: PolicyFlags, environment: Environment): Promise<ActivePolicy> {
  const loaded = loadPolicy(await policySources(flags, environment), flags.ownNamespace);
  if ('problems' in loaded) throw new Fault('PIL002', loaded.problems);
  return loaded.active;
}
