import type { KubeTransport } from '../cluster/transport.ts';
import { Fault } from '../core/problem/faults.ts';
import { quoted } from '../core/problem/quoted.ts';
import type { PodSurroundings } from '../core/scan/judged-pod.ts';
import { policyOfCluster } from './cluster-policy.ts';
import { clusterServices } from './cluster-services.ts';
import type { Environment } from './environment.ts';

/**
 * What decides about the pods that run in a cluster: the policy of its objects, and what its Services say about their traffic.
 * @throws Fault PIL002, PIL004 where there are no such objects; ApiError, ClusterUnreachable, TimeoutError
 */
export async function clusterSurroundings(
  transport: KubeTransport,
  flags: { readonly installedAs: string; readonly ownNamespace: string },
  environment: Environment,
): Promise<PodSurroundings> {
  const policy = (await policyOfCluster(transport, flags, environment))?.active;
  if (policy === undefined)
    throw new Fault('PIL004', [
      { path: '', message: 'the cluster has no InjectionPolicies: the chart of Pillion is not installed there' },
    ]);
  return { policy, services: (await clusterServices(transport, environment))(policy) };
}

/** That a namespace is not there. */
export const noNamespace = (namespace: string): Fault =>
  new Fault('PIL004', [
    { path: '', message: `there is no namespace ${quoted(namespace)}; kubectl get namespaces lists them` },
  ]);
