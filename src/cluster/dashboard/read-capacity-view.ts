import { capacityOf } from '../../core/capacity/capacity.ts';
import { knownLoad } from '../../core/capacity/load-sources.ts';
import { nextStageOf } from '../../core/capacity/sized-workload.ts';
import type { CapacityView } from '../../core/dashboard/capacity.ts';
import { capacityViewOf } from '../../core/dashboard/capacity-of.ts';
import { policyOn } from '../../core/dashboard/plain-ground.ts';
import { isoTime } from '../../core/json/iso-time.ts';
import { readCapacityInput } from '../capacity/read-capacity-input.ts';
import { liveNamespaces } from '../live-namespaces.ts';
import { readTrafficServices } from '../read-traffic-services.ts';
import type { KubeTransport } from '../transport.ts';
import type { ReadingGround } from './reading-ground.ts';
import { remarkOnHidden } from './what-failed.ts';

/**
 * Reads a cluster and computes what sidecars take: for 20,000 pods this holds all of their specs and takes seconds of a processor.
 * @throws ApiError other than a refusal of what may be missing, ClusterUnreachable, TimeoutError
 */
export async function readCapacityView(transport: KubeTransport, ground: ReadingGround): Promise<CapacityView> {
  const now = new Date(ground.nowMs);
  const policy = policyOn(ground, now);
  const namespaces = await liveNamespaces(transport);
  // what is not accepted is told where the Service is applied
  const services = (await readTrafficServices(transport, now, () => {}))(policy);
  const context = { policy, services, namespaces, rollout: nextStageOf(ground.plan) };
  const { input, hidden } = await readCapacityInput(transport, context);
  const capacity = capacityOf({ ...input, load: knownLoad({}, undefined) });
  return capacityViewOf(capacity, { asOf: isoTime(now), remarks: remarkOnHidden(hidden, 'figures') });
}
