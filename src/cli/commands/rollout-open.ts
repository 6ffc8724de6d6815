import { labelNamespaces } from '../../cluster/rollout/label-namespaces.ts';
import { changePlan, stateOperations } from '../../cluster/rollout/standing-plan.ts';
import { changeRecord } from '../../cluster/rollout/stored-record.ts';
import type { KubeTransport } from '../../cluster/transport.ts';
import { whoAmI } from '../../cluster/who-am-i.ts';
import type { RolloutStage } from '../../core/api/rollout-plan.ts';
import { isoDay } from '../../core/json/iso-time.ts';
import type { EvaluateGates, GateResult } from '../../core/rollout/gate-result.ts';
import { gateRefusals, openingRefusals, type Refusal } from '../../core/rollout/opening-refusals.ts';
import {
  keptGates,
  type RolloutAction,
  type RolloutRecord,
  withAction,
  withLabels,
  withoutLabels,
} from '../../core/rollout/rollout-record.ts';
import { type LeftUndone, notedLabels, openingLabels, type StageLabels } from '../../core/rollout/stage-labels.ts';
import { coversNamespace } from '../../core/rollout/stage-members.ts';
import { withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { changeText, labelChanges, type RolloutChange, stateChange } from '../output/stage-change.ts';
import { structured } from '../output/structured.ts';
import { type RolloutFlags, recordPlace, type StandingRollout, standingRollout } from '../rollout-call.ts';

export interface RolloutOpenFlags extends RolloutFlags {
  readonly outOfOrder?: boolean;
  /** Why it is opened although gates do not pass. */
  readonly force?: string;
}

/** What asks the gates of a cluster. */
export type GatesOf = (transport: KubeTransport, flags: RolloutOpenFlags, environment: Environment) => EvaluateGates;

/**
 * `pillion rollout open STAGE`: labels the namespaces of a stage, so that their pods may ask for a sidecar, and notes what it wrote. What is
 * going to be written is noted first, so that a rollback knows of it wherever the command ends.
 * @returns 0 when all of it is done, or would be; 1 when it is refused, or a namespace is left as it was
 * @throws Fault PIL002, PIL003, PIL004, PIL006
 */
export async function rolloutOpen(
  stageName: string,
  flags: RolloutOpenFlags,
  environment: Environment,
  gatesOf: GatesOf,
): Promise<number> {
  const { dryRun = false, output, force } = flags;
  return await withCluster(flags, async (transport) => {
    const standing = await standingRollout(transport, stageName, flags, environment);
    const { plan, stage, namespaces, surroundings } = standing;
    const gates = await gatesOf(transport, flags, environment)(plan, stage);
    const labels = openingLabels(stage, namespaces, surroundings.policy);
    const refusals = refusalsOf(standing, gates, flags, environment);
    const changes = [...stateChange(stageName, stage.state, 'Open'), ...labelChanges(labels.changes)];
    const common = { stage: stageName, dryRun, gates, changes };
    const print = (change: Omit<RolloutChange, keyof typeof common>) => {
      const told = { ...common, ...change };
      environment.stdout(output === 'human' ? changeText(told, 'open', environment) : structured(told, output));
    };
    if (refusals.length > 0) {
      print({ result: 'refused', refusals, left: labels.left });
      return 1;
    }
    const nothing = changes.length === 0;
    const failed = dryRun || nothing ? [] : await opened(transport, standing, labels, gates, flags, environment);
    const left = [...labels.left, ...failed];
    print({ result: nothing ? 'nothing-to-do' : dryRun ? 'would-be-done' : 'done', refusals: [], left });
    if (force !== undefined && !dryRun && gateRefusals(gates).length > 0)
      environment.stderr('the gates that did not pass are recorded with the reason\n');
    if (!dryRun && !nothing) environment.stderr(restartAdvice(stage, namespaces));
    return left.length > 0 ? 1 : 0;
  });
}

/** How pods that run come to what the stage brings: those that lack their sidecar, or those that have another one than today’s. */
function restartAdvice(stage: RolloutStage, namespaces: StandingRollout['namespaces']): string {
  const { features = [] } = stage;
  const [only, ...others] = namespaces.filter((one) => coversNamespace(stage, one));
  const within =
    only !== undefined && others.length === 0
      ? `in ${only.name}: pillion rollout restart -n ${only.name}`
      : 'in the whole cluster: pillion rollout restart';
  return features.length === 0
    ? `pods that run get their sidecar when they are created anew, ${within} --missing\n`
    : `sidecars that run get ${features.join(' and ')} when their pods are created anew, ${within} --stale\n`;
}

function refusalsOf(
  { plan, stage, namespaces, surroundings }: StandingRollout,
  gates: readonly GateResult[],
  { outOfOrder = false, force }: RolloutOpenFlags,
  { now }: Environment,
): readonly Refusal[] {
  const { protectedNamespaces } = surroundings.policy;
  const isEmpty = !namespaces.some((one) => coversNamespace(stage, one) && !protectedNamespaces.has(one.name));
  return [
    ...openingRefusals(plan, stage, { today: isoDay(now()), outOfOrder }),
    ...(isEmpty ? [{ says: 'no namespace of the cluster belongs to it', next: 'mend /spec/stages of the plan' }] : []),
    ...(force === undefined ? gateRefusals(gates) : []),
  ];
}

/** @returns the namespaces that could not be labelled */
async function opened(
  transport: KubeTransport,
  { stage }: StandingRollout,
  { changes }: StageLabels,
  gates: readonly GateResult[],
  flags: RolloutOpenFlags,
  { now }: Environment,
): Promise<readonly LeftUndone[]> {
  const place = recordPlace(flags);
  const noted = notedLabels(stage.name, changes);
  if (noted.length > 0) await changeRecord(transport, place, (record) => withLabels(record, noted));
  const failed = await labelNamespaces(transport, changes);
  await changePlan(transport, stateOperations(stage.name, 'Open'));
  const forced = flags.force !== undefined && gateRefusals(gates).length > 0;
  const action: RolloutAction = {
    ...{ at: now().toISOString(), by: await whoAmI(transport), did: 'Opened', stage: stage.name },
    ...(forced && { forced, reason: flags.force }),
    ...(gates.length > 0 && { gates: keptGates(gates) }),
  };
  const unwritten = notedLabels(
    stage.name,
    failed.map(({ change }) => change),
  );
  const settle = (record: RolloutRecord) => withAction(withoutLabels(record, unwritten), action);
  await changeRecord(transport, place, settle);
  return failed.map(({ namespace, says }) => ({ namespace, says }));
}
