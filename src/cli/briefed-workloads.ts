import type { KubeTransport } from '../cluster/transport.ts';
import { objectOfFile } from '../core/compatibility/checked-workloads.ts';
import type { FitObject } from '../core/compatibility/fit-object.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { Fault } from '../core/problem/faults.ts';
import { problemLine } from '../core/problem/problem.ts';
import { briefedWorkload, type Meant } from '../core/rollout/briefing/briefed-workload.ts';
import type { WorkloadBriefing } from '../core/rollout/briefing/workload-briefing.ts';
import type { AskedTarget } from './brief-target.ts';
import { type ReadPart, readPart } from './checked-cluster.ts';
import type { Environment } from './environment.ts';
import { readManifests } from './manifests.ts';
import { type OfflineFlags, offlineContext } from './offline-context.ts';
import type { PolicyFlags } from './policy-sources.ts';

/** The briefings of workloads, and the policy under which they were computed. */
export interface BriefedWorkloads {
  readonly policy: ActivePolicy;
  readonly workloads: readonly WorkloadBriefing[];
}

/** The same of somebody who asked. */
interface AskedFor extends Meant {
  readonly target: AskedTarget;
}

/**
 * Briefs workloads of manifests.
 * @throws Fault PIL001, PIL002, PIL003, PIL004 where none is meant
 */
export async function briefFiles(
  files: readonly string[],
  meant: Meant,
  flags: OfflineFlags,
  environment: Environment,
): Promise<BriefedWorkloads> {
  const objects = await readManifests(files, environment);
  const { context, problems } = await offlineContext(objects, flags, environment);
  for (const problem of problems) environment.stderr(`not accepted: ${problemLine(problem)}\n`);
  const all = objects.flatMap((object) => objectOfFile(object, flags.namespace) ?? []);
  return briefed(all, all, context, meant, environment);
}

/**
 * Briefs workloads of a cluster, under the policy that decides there unless another is named.
 * @throws Fault PIL001 to PIL004, ApiError, ClusterUnreachable, TimeoutError
 */
export async function briefCluster(
  transport: KubeTransport,
  meant: AskedFor,
  flags: PolicyFlags,
  environment: Environment,
): Promise<BriefedWorkloads> {
  const { workload, namespace, stage } = meant.target;
  // one namespace is read alone; more, or those that a selector finds, among all of them
  const [first, ...others] = stage?.namespaceSelector === undefined ? (stage?.namespaces ?? []) : [];
  const only = namespace ?? (others.length === 0 ? first : undefined);
  const part = await readPart(transport, { ...flags, workload, namespace: only }, environment);
  return briefed(part.workloads, [...part.workloads, ...part.around], part.context, meant, environment);
}

function briefed(
  workloads: readonly FitObject[],
  around: readonly FitObject[],
  context: ReadPart['context'],
  meant: Meant,
  { now }: Environment,
): BriefedWorkloads {
  const under = { ...context, now: now() };
  const briefings = workloads.flatMap((workload) => briefedWorkload(workload, around, under, meant) ?? []);
  if (briefings.length > 0) return { policy: context.policy, workloads: briefings };
  throw new Fault('PIL004', [
    { path: '', message: `there is no workload for ${meant.target.title}; nothing to brief` },
  ]);
}
