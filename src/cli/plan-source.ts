import { readJson } from '../cluster/read-json.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { RolloutPlan, RolloutStage } from '../core/api/rollout-plan.ts';
import { isoDay } from '../core/json/iso-time.ts';
import { Fault } from '../core/problem/faults.ts';
import { problemLine } from '../core/problem/problem.ts';
import { quoted } from '../core/problem/quoted.ts';
import { loadPlan } from '../core/rollout/read-plan.ts';
import { environmentOf, isOfEnvironment } from '../core/rollout/stage-members.ts';
import type { Environment } from './environment.ts';
import { usage } from './webhook-address.ts';

const PATH = '/apis/pillion.io/v1alpha1/rolloutplans/default';

/**
 * The plan of a file, or else the one of the cluster. What cannot have been meant so is told on stderr.
 * @throws Fault PIL001, PIL002, PIL004 where there is none; ApiError, ClusterUnreachable, TimeoutError
 */
export async function planOf(
  file: string | undefined,
  transport: KubeTransport,
  environment: Environment,
): Promise<RolloutPlan> {
  const source = file === undefined ? await ofCluster(transport) : await ofFile(file, environment);
  const read = loadPlan(source, isoDay(environment.now()));
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

async function ofCluster(transport: KubeTransport) {
  const object = await readJson<object>(transport, PATH);
  if (object !== undefined) return { file: 'RolloutPlan default', text: JSON.stringify(object, null, 2) };
  const message = 'the cluster has no RolloutPlan default; name a file with --plan FILE, or apply one';
  throw new Fault('PIL004', [{ path: '', message }]);
}

/**
 * The stage of a plan by its name.
 * @throws Fault PIL003 where the plan has none of that name, or it is of another environment
 */
export function stageNamed(plan: RolloutPlan, name: string): RolloutStage {
  const stage = plan.spec.stages.find((one) => one.name === name);
  if (stage === undefined)
    throw usage(`the plan has no stage ${quoted(name)}; it has: ${plan.spec.stages.map((one) => one.name).join(', ')}`);
  if (!isOfEnvironment(plan, stage))
    throw usage(
      `stage ${name} is of environment ${environmentOf(plan, stage)}, and this plan is for ${plan.spec.environment ?? 'none'}`,
    );
  return stage;
}
