import type { RolloutPlan, RolloutStage } from '../../core/api/rollout-plan.ts';
import { policyOn } from '../../core/dashboard/plain-ground.ts';
import type { Briefing } from '../../core/dashboard/rollout.ts';
import { Fault } from '../../core/problem/faults.ts';
import { type Acknowledged, acknowledgedOf } from '../../core/rollout/briefing/acknowledged.ts';
import { stageTarget } from '../../core/rollout/briefing/brief-target.ts';
import { bySquad, type SquadBriefing } from '../../core/rollout/briefing/briefing.ts';
import { briefingDocument } from '../../core/rollout/briefing/document/document.ts';
import type { RolloutRecord } from '../../core/rollout/rollout-record.ts';
import { stagesHere } from '../../core/rollout/stage-members.ts';
import { type BriefedWorkloads, briefPart } from '../rollout/brief-part.ts';
import type { KubeTransport } from '../transport.ts';
import type { ReadingGround } from './reading-ground.ts';

/** The stages of a plan are briefed by every workload of theirs with all that stands around it: of a large cluster that takes seconds. */
export interface BriefingGround extends ReadingGround {
  readonly plan: RolloutPlan;
}

/**
 * Writes the briefing of a stage.
 * @returns undefined where the plan has no such stage
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function readBriefing(
  transport: KubeTransport,
  ground: BriefingGround,
  name: string,
): Promise<Briefing | undefined> {
  const stage = stagesHere(ground.plan).find((one) => one.name === name);
  if (stage === undefined) return undefined;
  const { policy, workloads } = await briefedStage(transport, ground, stage);
  const target = stageTarget(stage);
  const about = {
    ...{ title: target.title, stage: stage.name },
    policy: { name: policy.name, revision: policy.revision },
    squadLabel: policy.spec.ownership.squad.workloadLabel,
    computed: new Date(ground.nowMs).toISOString(),
  };
  const document = briefingDocument(about, bySquad(workloads));
  // the writers are loaded by who writes a briefing
  const { htmlOf } = await import('../../core/rollout/briefing/document/html.ts');
  const { markdownOf } = await import('../../core/rollout/briefing/document/markdown.ts');
  return { stage: stage.name, html: htmlOf(document, `Briefing: ${about.title}`), markdown: markdownOf(document) };
}

/**
 * Which squads have acknowledged the briefing of today: of the stages that are to be opened, as far as somebody has read one, and of the next.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function readAcknowledged(
  transport: KubeTransport,
  ground: BriefingGround,
  record: RolloutRecord,
): Promise<ReadonlyMap<string, readonly Acknowledged[]>> {
  const closed = stagesHere(ground.plan).filter(({ state }) => state === 'Closed');
  const read = new Set(record.acknowledgements.map(({ stage }) => stage));
  const asked = closed.filter((stage, index) => index === 0 || read.has(stage.name));
  const known = new Map<string, readonly Acknowledged[]>();
  for (const stage of asked) {
    const squads: readonly SquadBriefing[] = bySquad((await briefedStage(transport, ground, stage)).workloads);
    known.set(stage.name, acknowledgedOf(stage.name, squads, record));
  }
  return known;
}

/** A stage without workloads has a briefing that says so. */
async function briefedStage(
  transport: KubeTransport,
  ground: BriefingGround,
  stage: RolloutStage,
): Promise<BriefedWorkloads> {
  const now = new Date(ground.nowMs);
  const policy = policyOn(ground, now);
  const meant = { target: stageTarget(stage), plan: ground.plan };
  try {
    return await briefPart(transport, meant, { policy, now, tell: () => {} });
  } catch (error) {
    if (error instanceof Fault && error.code === 'PIL004') return { policy, workloads: [] };
    throw error;
  }
}
