import type { Cell } from '../adoption/counts.ts';
import { sumsOf } from '../adoption/status/scoped.ts';
import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';
import { dayText } from '../json/day-text.ts';
import type { Acknowledged } from '../rollout/briefing/acknowledged.ts';
import { namesOf } from '../rollout/gates/judge-gates.ts';
import { gatesThatHold } from '../rollout/gates-that-hold.ts';
import type { AskedGates, RolloutAction } from '../rollout/rollout-record.ts';
import { coversNamespace, type StageNamespace, stagesHere } from '../rollout/stage-members.ts';
import { toldCounts } from './document.ts';
import { compareTexts, type Reading } from './page-of.ts';
import type { Rollout } from './rollout.ts';
import { planCommands, type StageCommandPlace, stageCommands, wayTo } from './stage-commands.ts';

/** What is known of a rollout. */
export interface RolloutSources extends Reading {
  readonly plan: RolloutPlan | undefined;
  readonly enforced: boolean;
  readonly namespaces: Iterable<StageNamespace>;
  readonly byStage: ReadonlyMap<string | undefined, readonly Cell[]>;
  /** The oldest first. */
  readonly actions: readonly RolloutAction[];
  readonly askedGates: readonly AskedGates[];
  /** Of stages for which it is known. */
  readonly acknowledged: ReadonlyMap<string, readonly Acknowledged[]>;
  readonly place: StageCommandPlace;
}

type Stage = Rollout['stages'][number];

// the record keeps some hundreds; whoever wants the rest reads it
const MOST_ACTIONS = 100;

/** The rollout as the API tells it. */
export function rolloutOf(sources: RolloutSources): Rollout {
  const { plan, asOf, enforced, actions, remarks, place } = sources;
  const told = actions.slice(-MOST_ACTIONS).reverse();
  return {
    asOf,
    ...(plan !== undefined && { plan: plan.metadata.name }),
    ...(plan?.spec.paused !== undefined && { paused: plan.spec.paused.reason }),
    enforced,
    stages: plan === undefined ? [] : stagesHere(plan).map((stage) => stageOf(stage, plan, sources)),
    actions: told.map(({ at, by, did, stage, reason, forced }) => ({
      ...{ at, by, did },
      ...(stage !== undefined && { stage }),
      ...(reason !== undefined && { reason }),
      ...(forced !== undefined && { forced }),
    })),
    commands: planCommands(plan, place),
    remarks: [...remarks],
  };
}

function stageOf(stage: RolloutStage, plan: RolloutPlan, sources: RolloutSources): Stage {
  const { name, state, from, until, features = [] } = stage;
  const { namespaces, byStage, acknowledged, place } = sources;
  const { pods, workloads } = sumsOf(byStage.get(name) ?? []);
  const asked = lastAsked(name, sources);
  const covered = [...namespaces].filter((one) => coversNamespace(stage, one)).map((one) => one.name);
  return {
    name,
    state,
    ...(from !== undefined && { from }),
    ...(until !== undefined && { to: until }),
    namespaces: [...new Set([...covered, ...(stage.namespaces ?? [])])].sort(compareTexts),
    features: [...features],
    pods: toldCounts(pods),
    workloads: toldCounts(workloads),
    gates: gatesOf(stage, plan, asked, place),
    ...(asked !== undefined && { gatesOf: `asked by ${asked.by} on ${timeText(asked.at)}${asked.when}` }),
    acknowledgements: (acknowledged.get(name) ?? []).map(acknowledgementOf),
    commands: stageCommands(stage, covered, place),
  };
}

interface Asked extends Omit<AskedGates, 'stage'> {
  readonly when: '' | ', when it was opened';
}

/** What the gates of a stage came to the last time, of what is kept: on its own, or when it was opened. */
function lastAsked(stage: string, { actions, askedGates }: RolloutSources): Asked | undefined {
  const opened = actions.findLast((action) => action.stage === stage && action.gates !== undefined);
  const alone = askedGates.find((asked) => asked.stage === stage);
  if (opened?.gates === undefined || (alone !== undefined && Date.parse(alone.at) > Date.parse(opened.at)))
    return alone === undefined ? undefined : { ...alone, when: '' };
  const { at, by, gates } = opened;
  return { at, by, gates, when: ', when it was opened' };
}

/** What the gates came to when they were asked the last time; those that hold and were never asked are unknown. */
function gatesOf(
  stage: RolloutStage,
  plan: RolloutPlan,
  asked: Asked | undefined,
  place: StageCommandPlace,
): Stage['gates'] {
  const next = `Run \`pillion rollout gates ${wayTo(stage.name, place)} --record\`.`;
  const told = new Map(asked?.gates.map((gate) => [gate.gate, gate]));
  // the plan may have been changed since
  const untold = namesOf(gatesThatHold(plan, stage)).filter((name) => !told.has(name));
  return [
    ...told.values(),
    ...untold.map((gate) => ({ gate, state: 'unknown' as const, says: 'not asked yet', next })),
  ];
}

function acknowledgementOf({ squad, workloads, state, name, time }: Acknowledged): Stage['acknowledgements'][number] {
  return {
    ...{ squad, workloads },
    state: state === 'lacking' ? 'missing' : state,
    ...(name !== undefined && time !== undefined && { by: `${name} on ${timeText(time)}` }),
  };
}

/** A time for people, such as 3 Nov 2026 at 09:15 UTC; one that somebody edited stays as it is. */
function timeText(time: string): string {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(time) || Number.isNaN(Date.parse(time))) return time;
  const utc = new Date(time).toISOString();
  return `${dayText(utc.slice(0, 'YYYY-MM-DD'.length))} at ${utc.slice('YYYY-MM-DDT'.length, 'YYYY-MM-DDTHH:MM'.length)} UTC`;
}
