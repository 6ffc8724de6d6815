import { standingPlan } from '../cluster/rollout/standing-plan.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { RolloutPlan, RolloutStage } from '../core/api/rollout-plan.ts';
import { isoDay } from '../core/json/iso-time.ts';
import { ACTIVE_PLAN } from '../core/policy/plan-object.ts';
import { objectPlace } from '../core/policy/policy-objects.ts';
import { Fault } from '../core/problem/faults.ts';
import { type Problem, problemLine } from '../core/problem/problem.ts';
import { planWarnings } from '../core/rollout/plan-problems.ts';
import { loadPlan } from '../core/rollout/read-plan.ts';
import { environmentOf, isOfEnvironment } from '../core/rollout/stage-members.ts';
import type { Environment } from './environment.ts';
import { readSource } from './read-source.ts';
import { stageNamed } from './rollout-call.ts';
import { usage } from './webhook-address.ts';

/** A plan, and what of it cannot have been meant so. */
export interface KnownPlan {
  readonly plan: RolloutPlan;
  readonly warnings: readonly Problem[];
}

/**
 * The plan of a file, or else the one of the cluster. What cannot have been meant so is told on stderr.
 * @throws Fault PIL001 for a file that cannot be read, PIL002 for a plan that is none, PIL004 where there is none; ApiError, ClusterUnreachable, TimeoutError
 */
export async function planOf(
  file: string | undefined,
  transport: KubeTransport,
  environment: Environment,
): Promise<RolloutPlan> {
  return told(
    file === undefined ? await planOfCluster(transport, environment) : await planOfFile(file, environment),
    environment,
  );
}

/** The same; undefined where there is neither. */
export async function rolloutPlan(
  file: string | undefined,
  transport: KubeTransport | undefined,
  environment: Environment,
): Promise<RolloutPlan | undefined> {
  const known = await knownPlan(file, transport, environment);
  return known && told(known, environment);
}

/** The same; what cannot have been meant so is left to the caller to tell. */
export async function knownPlan(
  file: string | undefined,
  transport: KubeTransport | undefined,
  environment: Environment,
): Promise<KnownPlan | undefined> {
  if (file !== undefined) return await planOfFile(file, environment);
  if (transport === undefined) return undefined;
  try {
    return await planOfCluster(transport, environment);
  } catch (error) {
    if (error instanceof Fault && error.code === 'PIL004') return undefined;
    throw error;
  }
}

async function planOfFile(file: string, environment: Environment): Promise<KnownPlan> {
  const read = loadPlan(await readSource(file, environment), isoDay(environment.now()));
  if ('problems' in read) throw new Fault('PIL002', read.problems);
  return read;
}

async function planOfCluster(transport: KubeTransport, { now }: Environment): Promise<KnownPlan> {
  const plan = await standingPlan(transport);
  const file = objectPlace('RolloutPlan', ACTIVE_PLAN);
  return { plan, warnings: planWarnings(plan, isoDay(now())).map((one) => ({ ...one, file })) };
}

function told({ plan, warnings }: KnownPlan, { stderr }: Environment): RolloutPlan {
  for (const warning of warnings) stderr(`in the plan: ${problemLine(warning)}\n`);
  return plan;
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
