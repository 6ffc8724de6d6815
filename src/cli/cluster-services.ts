import { listObjects } from '../cluster/list-objects.ts';
import { speaks } from '../cluster/read-workload.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { manifestObjects } from '../core/kubernetes/manifest-files.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { problemLine } from '../core/problem/problem.ts';
import { readServices } from '../core/traffic/read-services.ts';
import type { TrafficServices } from '../core/traffic/traffic-services.ts';
import type { Environment } from './environment.ts';
import { judgeOf } from './simulated-objects.ts';

/**
 * What the Services of a cluster say about their traffic, as a policy takes it; stderr is told what is not accepted.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function clusterServices(
  transport: KubeTransport,
  { stderr, now }: Pick<Environment, 'stderr' | 'now'>,
): Promise<(policy: ActivePolicy) => TrafficServices> {
  const texts: string[] = [];
  await listObjects(transport, '/api/v1/services', (service) => {
    if (speaks(service)) texts.push(JSON.stringify({ apiVersion: 'v1', kind: 'Service', ...service }, null, 2));
  });
  const objects = manifestObjects(texts.map((text) => ({ file: 'a Service of the cluster', text })));
  return (policy) => {
    const { services, problems } = readServices(objects, '', judgeOf(policy, now()));
    for (const problem of problems) stderr(`not accepted: ${problemLine(problem)}\n`);
    return services;
  };
}
