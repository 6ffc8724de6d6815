import { standingPlan } from '../cluster/rollout/standing-plan.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { RolloutPlan, RolloutStage } from '../core/api/rollout-plan.ts';
import { isoDay } from '../core/json/iso-time.ts';
import { Fault } from '../core/problem/faults.ts';
import { problemLine } from '../core/problem/problem.ts';
import { loadPlan } from '../core/rollout/read-plan.ts';
import { environmentOf, isOfEnvironment } from '../core/rollout/stage-members.ts';
import type { Environment } from './environment.ts';
import { readSource } from './read-source.ts';
import { stageNamed } from './rollout-call.ts';
import { usage } from './webhook-address.ts';

/**
 * The plan of a file, or else the one of the cluster. What cannot have been meant so is told on stderr.
 * @throws Fault PIL001 for a file that cannot be read, PIL002 for a plan that is none, PIL004 where there is none; ApiError, ClusterUnreachable, TimeoutError
 */
export async function planOf(
  file: string | undefined,
  transport: KubeTransport,
  environment: Environment,
): Promise<RolloutPlan> {
  if (file === undefined) return await standingPlan(transport);
  return planIn(await readSource(file, environment), environment);
}

/** The same; undefined where there is neither. */
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

/**
 * The stage of a plan by its name, for what can be asked of this cluster alone.
 * @throws Fault PIL003 where the plan has none of that name, or it is of another environment
 */
export function stageHere(plan: RolloutPlan, name: string): RolloutStage {
  const stage = stageNamed(plan, name);
  if (isOfEnvironment(plan, stage)) return stage;
  const [of, here] = [environmentOf(plan, stage), plan.spec.environment ?? 'none'];
  throw usage(`stage ${name} is of environment ${of}, and this plan is for ${here}`);
}
