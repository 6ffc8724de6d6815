import type { FitObject } from '../../core/compatibility/fit-object.ts';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import { Fault } from '../../core/problem/faults.ts';
import type { BriefTarget } from '../../core/rollout/briefing/brief-target.ts';
import { briefedWorkload, type Meant } from '../../core/rollout/briefing/briefed-workload.ts';
import type { WorkloadBriefing } from '../../core/rollout/briefing/workload-briefing.ts';
import { eachInTurns } from '../in-turns.ts';
import { type ClusterPart, type PartReading, type ReadPart, readClusterPart } from '../read-cluster-part.ts';
import type { WorkloadReference } from '../read-workload.ts';
import type { KubeTransport } from '../transport.ts';

/** The briefings of workloads, and the policy under which they were computed. */
export interface BriefedWorkloads {
  readonly policy: ActivePolicy;
  readonly workloads: readonly WorkloadBriefing[];
}

/** Whom a briefing is for, with the way to read a workload that is named. */
export interface ReadableTarget extends Omit<BriefTarget, 'workload'> {
  readonly workload?: WorkloadReference;
}

/** The part of a cluster that a briefing needs: one namespace is read alone; more, or those that a selector finds, among all of them. */
export function partFor({ workload, namespace, stage }: ReadableTarget): ClusterPart {
  const [first, ...others] = stage?.namespaceSelector === undefined ? (stage?.namespaces ?? []) : [];
  return { workload, namespace: namespace ?? (others.length === 0 ? first : undefined) };
}

/**
 * Briefs workloads of a cluster.
 * @throws Fault PIL004 where none is meant, ApiError, ClusterUnreachable, TimeoutError
 */
export async function briefPart(
  transport: KubeTransport,
  meant: Meant & { readonly target: ReadableTarget },
  reading: PartReading,
): Promise<BriefedWorkloads> {
  const { workloads, around, context } = await readClusterPart(transport, partFor(meant.target), reading);
  return await briefed(workloads, [...workloads, ...around], { ...context, now: reading.now }, meant);
}

/**
 * Briefs those of some workloads that are meant.
 * @param around what stands beside them
 * @throws Fault PIL004 where none is meant
 */
export async function briefed(
  workloads: readonly FitObject[],
  around: readonly FitObject[],
  context: ReadPart['context'] & Pick<PartReading, 'now'>,
  meant: Meant,
): Promise<BriefedWorkloads> {
  const near = Map.groupBy(around, ({ namespace }) => namespace);
  const briefings: WorkloadBriefing[] = [];
  await eachInTurns(workloads, (workload) => {
    const briefing = briefedWorkload(workload, near.get(workload.namespace) ?? [], context, meant);
    if (briefing !== undefined) briefings.push(briefing);
  });
  if (briefings.length > 0) return { policy: context.policy, workloads: briefings };
  throw new Fault('PIL004', [
    { path: '', message: `there is no workload for ${meant.target.title}; nothing to brief` },
  ]);
}
