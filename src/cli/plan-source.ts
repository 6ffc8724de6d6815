import { standingPlan } from '../cluster/rollout/standing-plan.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { RolloutPlan } from '../core/api/rollout-plan.ts';
import { isoDay } from '../core/json/iso-time.ts';
import { Fault } from '../core/problem/faults.ts';
import { problemLine } from '../core/problem/problem.ts';
import { loadPlan } from '../core/rollout/read-plan.ts';
import type { Environment } from './environment.ts';
import { readSource } from './read-source.ts';

/**
 * The RolloutPlan of a file, else that of the cluster; undefined where there is neither. What cannot have been meant so is told.
 * @throws Fault PIL001 for a file that cannot be read, PIL002 for a plan that is none; ApiError, ClusterUnreachable, TimeoutError
 */
export async function rolloutPlan(
  file: string | undefined,
  transport: KubeTransport | undefined,
  environment: Environment,
): Promise<RolloutPlan | undefined> {
  if (file !== undefined) return planIn(await readSource(file, environment), environment);
  if (transport === undefined) return undefined;
  try {
    return await standingPlan(transport);
  } catch (error) {
    if (error instanceof Fault && error.code === 'PIL004') return undefined;
    throw error;
  }
}

function planIn(source: { readonly file: string; readonly text: string }, { now, stderr }: Environment): RolloutPlan {
  const read = loadPlan(source, isoDay(now()));
  if ('problems' in read) throw new Fault('PIL002', read.problems);
  for (const warning of read.warnings) stderr(`in the plan: ${problemLine(warning)}\n`);
  return read.plan;
}
