import { manifestObjects } from '../core/kubernetes/manifest-files.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { problemLine } from '../core/problem/problem.ts';
import { judgeOf, readServices } from '../core/traffic/read-services.ts';
import type { TrafficServices } from '../core/traffic/traffic-services.ts';
import { listObjects } from './list-objects.ts';
import { speaks } from './read-workload.ts';
import type { KubeTransport } from './transport.ts';

/**
 * What the Services of a cluster say about their traffic, as a policy takes it.
 * @param tell hears what is not accepted
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function readTrafficServices(
  transport: KubeTransport,
  now: Date,
  tell: (sentence: string) => void,
): Promise<(policy: ActivePolicy) => TrafficServices> {
  const texts: string[] = [];
  await listObjects(transport, '/api/v1/services', (service) => {
    if (speaks(service)) texts.push(JSON.stringify({ apiVersion: 'v1', kind: 'Service', ...service }, null, 2));
  });
  const objects = manifestObjects(texts.map((text) => ({ file: 'a Service of the cluster', text })));
  return (policy) => {
    const { services, problems } = readServices(objects, '', judgeOf(policy, now));
    for (const problem of problems) tell(`not accepted: ${problemLine(problem)}`);
    return services;
  };
}
