import { setImmediate as turn } from 'node:timers/promises';
import type { RolloutPlan, RolloutStage } from '../../core/api/rollout-plan.ts';
import type { Briefing } from '../../core/dashboard/rollout.ts';
import { Fault } from '../../core/problem/faults.ts';
import { type Acknowledged, acknowledgedOf } from '../../core/rollout/briefing/acknowledged.ts';
import { stageTarget } from '../../core/rollout/briefing/brief-target.ts';
import { bySquad, type SquadBriefing } from '../../core/rollout/briefing/briefing.ts';
import { briefingDocument } from '../../core/rollout/briefing/document/document.ts';
import type { RolloutRecord } from '../../core/rollout/rollout-record.ts';
import { stagesHere } from '../../core/rollout/stage-members.ts';
import { type BriefedWorkloads, briefPart } from '../rollout/brief-part.ts';
import type { DashboardSources } from './dashboard-sources.ts';

/**
 * Writes the briefing of a stage.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function readBriefing(
  sources: DashboardSources,
  plan: RolloutPlan,
  stage: RolloutStage,
): Promise<Briefing> {
  const { policy, workloads } = await briefedStage(sources, plan, stage);
  const target = stageTarget(stage);
  const about = {
    ...{ title: target.title, stage: stage.name },
    policy: { name: policy.name, revision: policy.revision },
    squadLabel: policy.spec.ownership.squad.workloadLabel,
    computed: sources.now().toISOString(),
  };
  const document = briefingDocument(about, bySquad(workloads));
  // the writers are loaded by who writes a briefing
  const { htmlOf } = await import('../../core/rollout/briefing/document/html.ts');
  const { markdownOf } = await import('../../core/rollout/briefing/document/markdown.ts');
  const markdown = markdownOf(document);
  await turn();
  return { stage: stage.name, html: htmlOf(document, `Briefing: ${about.title}`), markdown };
}

/**
 * Which squads have acknowledged the briefing of today: of the stages that are to be opened, as far as somebody has read one, and of the next.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function readAcknowledged(
  sources: DashboardSources,
  plan: RolloutPlan,
  record: RolloutRecord,
): Promise<ReadonlyMap<string, readonly Acknowledged[]>> {
  const closed = stagesHere(plan).filter(({ state }) => state === 'Closed');
  const read = new Set(record.acknowledgements.map(({ stage }) => stage));
  const asked = closed.filter((stage, index) => index === 0 || read.has(stage.name));
  const known = new Map<string, readonly Acknowledged[]>();
  for (const stage of asked) {
    const squads: readonly SquadBriefing[] = bySquad((await briefedStage(sources, plan, stage)).workloads);
    known.set(stage.name, acknowledgedOf(stage.name, squads, record));
  }
  return known;
}

/** A stage without workloads has a briefing that says so. */
async function briefedStage(
  { transport, snapshot, now }: DashboardSources,
  plan: RolloutPlan,
  stage: RolloutStage,
): Promise<BriefedWorkloads> {
  const { policy } = snapshot();
  const meant = { target: stageTarget(stage), plan };
  try {
    return await briefPart(transport, meant, { policy, now: now(), tell: () => {} });
  } catch (error) {
    if (error instanceof Fault && error.code === 'PIL004') return { policy, workloads: [] };
    throw error;
  }
}
