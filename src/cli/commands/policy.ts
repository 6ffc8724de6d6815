import { stringify } from 'yaml';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import { DEFAULT_POLICY } from '../../core/policy/default-policy.generated.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import { policyOfCluster } from '../cluster-policy.ts';
import type { Environment } from '../environment.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { activePolicy, type PolicyFlags } from '../policy-sources.ts';
import { usage } from '../webhook-address.ts';

export interface PolicyShowFlags extends PolicyFlags, ClusterFlags {
  readonly output: OutputFormat;
  readonly fromCluster?: boolean;
}

/**
 * `pillion policy show`: the policy that counts, with its revision; the built-in one with its comments.
 * @throws Fault PIL001, PIL002, PIL003; PIL006 when the cluster is asked and cannot be reached
 */
export async function showPolicy(flags: PolicyShowFlags, environment: Environment): Promise<number> {
  const { fromCluster = false, policy, profile } = flags;
  if (fromCluster && (policy ?? profile) !== undefined)
    throw usage('give either --from-cluster or --policy and --profile: one of them would have no effect');
  const active = fromCluster ? await inCluster(flags, environment) : await activePolicy(flags, environment);
  const { name, revision, spec } = active;
  const object = { apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionPolicy', metadata: { name }, spec };
  const builtIn = !fromCluster && (policy ?? []).length === 0;
  if (flags.output !== 'human') environment.stdout(structured({ revision, policy: object }, flags.output));
  else environment.stdout(`# revision ${revision}\n${builtIn ? DEFAULT_POLICY : stringify(object)}`);
  return 0;
}

async function inCluster(flags: PolicyShowFlags, environment: Environment): Promise<ActivePolicy> {
  const standing = await withCluster(flags, (transport) => policyOfCluster(transport, flags, environment));
  if (standing !== undefined) return standing.active;
  environment.stderr(
    'the cluster has no InjectionPolicies; what is built in counts, unless the server is given files\n',
  );
  return activePolicy(flags, environment);
}
