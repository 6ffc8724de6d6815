import type { RolloutPlan } from '../../core/api/rollout-plan.ts';
import { capacityOf } from '../../core/capacity/capacity.ts';
import { knownLoad } from '../../core/capacity/load-sources.ts';
import { nextStageOf } from '../../core/capacity/sized-workload.ts';
import type { CapacityView } from '../../core/dashboard/capacity.ts';
import { capacityViewOf } from '../../core/dashboard/capacity-of.ts';
import { policyOn } from '../../core/dashboard/plain-ground.ts';
import { isoTime } from '../../core/json/iso-time.ts';
import type { Source } from '../../core/policy/load.ts';
import { readCapacityInput } from '../capacity/read-capacity-input.ts';
import { liveNamespaces } from '../live-namespaces.ts';
import { readTrafficServices } from '../read-traffic-services.ts';
import type { KubeTransport } from '../transport.ts';
import { remarkOnHidden } from './what-failed.ts';

/** By what capacity is computed, in a form that goes from one thread to another. */
export interface CapacityGround {
  /** The policy in force with its profiles and plan, as `trialBase` has them. */
  readonly base: readonly Source[];
  readonly ownNamespace: string;
  readonly plan: RolloutPlan | undefined;
  readonly nowMs: number;
}

/**
 * Reads a cluster and computes what sidecars take: for 20,000 pods this holds all of their specs and takes seconds of a processor.
 * @throws ApiError other than a refusal of what may be missing, ClusterUnreachable, TimeoutError
 */
export async function readCapacityView(transport: KubeTransport, ground: CapacityGround): Promise<CapacityView> {
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
