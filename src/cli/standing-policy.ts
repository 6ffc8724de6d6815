import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { type ClusterFlags, withCluster } from './cluster-call.ts';
import { policyOfCluster } from './cluster-policy.ts';
import type { Environment } from './environment.ts';
import { activePolicy, type PolicyFlags } from './policy-sources.ts';
import { usage } from './webhook-address.ts';

/** The flags of a command about a policy of files, or the one of a cluster. */
export interface StandingPolicyFlags extends PolicyFlags, ClusterFlags {
  readonly fromCluster?: boolean;
}

/** The policy that is meant, and whether that is the built-in one because nothing is named. */
export interface StandingPolicy {
  readonly active: ActivePolicy;
  readonly builtIn: boolean;
}

/**
 * The policy of the files that are named, or with `--from-cluster` the one that the objects of the cluster make up.
 * @throws Fault PIL001, PIL002; PIL003 when both are asked for; PIL006 when the cluster is asked and cannot be reached
 */
export async function standingPolicy(flags: StandingPolicyFlags, environment: Environment): Promise<StandingPolicy> {
  const { fromCluster = false, policy, profile } = flags;
  if (!fromCluster) return { active: await activePolicy(flags, environment), builtIn: (policy ?? []).length === 0 };
  if ((policy ?? profile) !== undefined)
    throw usage('give either --from-cluster or --policy and --profile: one of them would have no effect');
  const standing = await withCluster(flags, (transport) => policyOfCluster(transport, flags, environment));
  if (standing !== undefined) return { active: standing.active, builtIn: false };
  environment.stderr(
    'the cluster has no InjectionPolicies; what is built in counts, unless the server is given files\n',
  );
  return { active: await activePolicy(flags, environment), builtIn: false };
}
