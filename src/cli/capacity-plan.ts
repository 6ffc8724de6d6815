import { readJson } from '../cluster/read-json.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { NextStage } from '../core/capacity/sized-workload.ts';
import { isoDay } from '../core/json/iso-time.ts';
import type { Source } from '../core/policy/load.ts';
import { Fault } from '../core/problem/faults.ts';
import { problemLine } from '../core/problem/problem.ts';
import { loadPlan } from '../core/rollout/read-plan.ts';
import { stagesHere } from '../core/rollout/stage-members.ts';
import type { Environment } from './environment.ts';
import { readSource } from './read-source.ts';

const PATH = '/apis/pillion.io/v1alpha1/rolloutplans/default';

/**
 * Where the rollout stands by the plan of a file, or else by that of the cluster; undefined where there is none.
 * @throws Fault PIL001, PIL002; ApiError, ClusterUnreachable, TimeoutError
 */
export async function nextStageOf(
  file: string | undefined,
  transport: KubeTransport | undefined,
  environment: Environment,
): Promise<NextStage | undefined> {
  const source = file === undefined ? await ofCluster(transport) : await readSource(file, environment);
  if (source === undefined) return undefined;
  const read = loadPlan(source, isoDay(environment.now()));
  if ('problems' in read) throw new Fault('PIL002', read.problems);
  for (const warning of read.warnings) environment.stderr(`${problemLine(warning)}\n`);
  const { plan } = read;
  return { plan, next: stagesHere(plan).find(({ state }) => state === 'Closed') };
}

async function ofCluster(transport: KubeTransport | undefined): Promise<Source | undefined> {
  const object = transport && (await readJson<object>(transport, PATH));
  return object && { file: 'RolloutPlan default', text: JSON.stringify(object, null, 2) };
}
