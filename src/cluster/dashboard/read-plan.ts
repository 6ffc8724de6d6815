import type { RolloutPlan } from '../../core/api/rollout-plan.ts';
import { Fault } from '../../core/problem/faults.ts';
import { standingPlan } from '../rollout/standing-plan.ts';
import type { KubeTransport } from '../transport.ts';
import type { Remarks } from './what-failed.ts';

/**
 * The plan of the rollout; undefined where there is none, or none that can be used.
 * @throws ApiError other than a refusal, ClusterUnreachable, TimeoutError
 */
export const readPlan = (transport: KubeTransport, remarks: Remarks): Promise<RolloutPlan | undefined> =>
  remarks.unless('the RolloutPlan of the cluster', async () => {
    try {
      return await standingPlan(transport);
    } catch (error) {
      if (error instanceof Fault && error.code === 'PIL004') return undefined;
      throw error;
    }
  });
