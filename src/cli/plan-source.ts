import { standingPlan } from '../cluster/rollout/standing-plan.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { RolloutPlan, RolloutStage } from '../core/api/rollout-plan.ts';
import { isoDay } from '../core/json/iso-time.ts';
import { Fault } from '../core/problem/faults.ts';
import { problemLine } from '../core/problem/problem.ts';
import { loadPlan } from '../core/rollout/read-plan.ts';
import { environmentOf, isOfEnvironment } from '../core/rollout/stage-members.ts';
import type { Environment } from './environment.ts';
import { stageNamed } from './rollout-call.ts';
import { usage } from './webhook-address.ts';

/**
 * The plan of a file, or else the one of the cluster. What cannot have been meant so is told on stderr.
 * @throws Fault PIL001, PIL002, PIL004 where there is none; ApiError, ClusterUnreachable, TimeoutError
 */
export async function planOf(
  file: string | undefined,
  transport: KubeTransport,
  environment: Environment,
): Promise<RolloutPlan> {
  if (file === undefined) return await standingPlan(transport);
  const read = loadPlan(await ofFile(file, environment), isoDay(environment.now()));
  if ('problems' in read) throw new Fault('PIL002', read.problems);
  for (const warning of read.warnings) environment.stderr(`${problemLine(warning)}\n`);
  return read.plan;
}

async function ofFile(file: string, { readFile }: Environment) {
  try {
    return { file, text: await readFile(file) };
  } catch (cause) {
    throw new Fault('PIL001', [{ path: '', file, message: (cause as Error).message }], cause);
  }
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
