import type { RolloutPlan } from '../../core/api/rollout-plan.ts';
import type { Remark } from '../../core/dashboard/document.ts';
import { Fault } from '../../core/problem/faults.ts';
import { standingPlan } from '../rollout/standing-plan.ts';
import type { KubeTransport } from '../transport.ts';
import { Remarks } from './what-failed.ts';

/** The plan of the rollout; undefined where there is none, or none that can be used, which is told. */
export interface PlanReading {
  readonly plan: RolloutPlan | undefined;
  readonly remarks: readonly Remark[];
}

/** @throws ApiError other than a refusal, ClusterUnreachable, TimeoutError */
export async function readPlan(transport: KubeTransport): Promise<PlanReading> {
  const remarks = new Remarks();
  const plan = await remarks.unless('the RolloutPlan of the cluster', async () => {
    try {
      return await standingPlan(transport);
    } catch (error) {
      if (error instanceof Fault && error.code === 'PIL004') return undefined;
      throw error;
    }
  });
  return { plan, remarks: remarks.all };
}
