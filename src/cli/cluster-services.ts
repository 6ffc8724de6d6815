import { readTrafficServices } from '../cluster/read-traffic-services.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import type { TrafficServices } from '../core/traffic/traffic-services.ts';
import type { Environment } from './environment.ts';

/**
 * What the Services of a cluster say about their traffic, as a policy takes it; stderr is told what is not accepted.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export const clusterServices = (
  transport: KubeTransport,
  { stderr, now }: Pick<Environment, 'stderr' | 'now'>,
): Promise<(policy: ActivePolicy) => TrafficServices> =>
  readTrafficServices(transport, now(), (sentence) => stderr(`${sentence}\n`));
