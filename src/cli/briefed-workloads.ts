import {
  type BriefedWorkloads,
  briefed,
  briefPart,
  partFor,
  type ReadableTarget,
} from '../cluster/rollout/brief-part.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { objectOfFile } from '../core/compatibility/checked-workloads.ts';
import { problemLine } from '../core/problem/problem.ts';
import type { Meant } from '../core/rollout/briefing/briefed-workload.ts';
import { partReading } from './checked-cluster.ts';
import type { Environment } from './environment.ts';
import { readManifests } from './manifests.ts';
import { type OfflineFlags, offlineContext } from './offline-context.ts';
import type { PolicyFlags } from './policy-sources.ts';

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
  return await briefed(all, all, context, meant);
}

/**
 * Briefs workloads of a cluster, under the policy that decides there unless another is named.
 * @throws Fault PIL001 to PIL004, ApiError, ClusterUnreachable, TimeoutError
 */
export async function briefCluster(
  transport: KubeTransport,
  meant: Meant & { readonly target: ReadableTarget },
  flags: PolicyFlags,
  environment: Environment,
): Promise<BriefedWorkloads> {
  const part = { ...flags, ...partFor(meant.target) };
  return await briefPart(transport, meant, await partReading(transport, part, environment));
}
