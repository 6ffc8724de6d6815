import { type ClusterPart, type PartReading, type ReadPart, readClusterPart } from '../cluster/read-cluster-part.ts';
import { isNamespaceName } from '../cluster/read-namespace.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { type CheckedWorkload, checkWorkloads } from '../core/compatibility/checked-workloads.ts';
import type { Asked } from '../core/compatibility/compatibility.ts';
import { policyOfCluster } from './cluster-policy.ts';
import type { Environment } from './environment.ts';
import { activePolicy, type PolicyFlags } from './policy-sources.ts';
import { usage } from './webhook-address.ts';

/** What of a cluster is checked. */
export interface CheckedPart extends PolicyFlags, ClusterPart {}

/**
 * Checks workloads of a cluster, under the policy that decides there unless another is named.
 * @throws Fault PIL001 to PIL004, ApiError, ClusterUnreachable, TimeoutError
 */
export async function checkCluster(
  transport: KubeTransport,
  part: CheckedPart,
  environment: Environment,
  isAsked: Asked,
): Promise<readonly CheckedWorkload[]> {
  const { workloads, around, context } = await readPart(transport, part, environment);
  return checkWorkloads([...workloads, ...around], context, isAsked);
}

/**
 * Reads workloads of a cluster with what stands around them, and the policy that decides there unless another is named. Workloads of protected
 * namespaces are left out.
 * @throws Fault PIL001 to PIL004, ApiError, ClusterUnreachable, TimeoutError
 */
export async function readPart(
  transport: KubeTransport,
  part: CheckedPart,
  environment: Environment,
): Promise<ReadPart> {
  return await readClusterPart(transport, part, await partReading(transport, part, environment));
}

/**
 * Under what a part of a cluster is looked at: the policy that decides there unless another is named.
 * @throws Fault PIL001 to PIL003, ApiError, ClusterUnreachable, TimeoutError
 */
export async function partReading(
  transport: KubeTransport,
  part: PolicyFlags & Pick<ClusterPart, 'namespace'>,
  environment: Environment,
): Promise<PartReading> {
  const { namespace } = part;
  if (namespace !== undefined && !isNamespaceName(namespace)) throw usage(`${namespace} is no name of a namespace`);
  const named = part.policy !== undefined || part.profile !== undefined;
  const standing = named ? undefined : await policyOfCluster(transport, part, environment);
  if (!named && standing === undefined)
    environment.stderr(
      'the cluster has no InjectionPolicies, so the built-in policy counts; --policy FILE names another\n',
    );
  const policy = standing?.active ?? (await activePolicy(part, environment));
  const tell = (sentence: string) => environment.stderr(`${sentence}\n`);
  return { policy, now: environment.now(), tell };
}
