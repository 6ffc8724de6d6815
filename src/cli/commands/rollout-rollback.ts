import { randomBytes } from 'node:crypto';
import { labelNamespaces } from '../../cluster/rollout/label-namespaces.ts';
import { type PlannedRestart, planRestarts } from '../../cluster/rollout/restart-plan.ts';
import { runRestarts } from '../../cluster/rollout/run-restarts.ts';
import { changePlan, inPlan, planAsWritten, stateOperations } from '../../cluster/rollout/standing-plan.ts';
import { podsWithSidecar, type StandingPod } from '../../cluster/rollout/standing-pods.ts';
import { stillInjected } from '../../cluster/rollout/still-injected.ts';
import { changeRecord } from '../../cluster/rollout/stored-record.ts';
import type { KubeTransport } from '../../cluster/transport.ts';
import { whoAmI } from '../../cluster/who-am-i.ts';
import type { RolloutPlan } from '../../core/api/rollout-plan.ts';
import { stagesInForce } from '../../core/policy/stages-in-force.ts';
import { problemLine } from '../../core/problem/problem.ts';
import { planProblems } from '../../core/rollout/plan-problems.ts';
import { type RolloutRecord, withAction, withLabels, withoutLabels } from '../../core/rollout/rollout-record.ts';
import {
  type ClosingLabels,
  closingLabels,
  isSettled,
  type LeftUndone,
  stageToClose,
} from '../../core/rollout/stage-labels.ts';
import { coversNamespace, stageCovers } from '../../core/rollout/stage-members.ts';
import type { PodSurroundings } from '../../core/scan/judged-pod.ts';
import { withCluster } from '../cluster-call.ts';
import { clusterSurroundings } from '../cluster-surroundings.ts';
import type { Environment } from '../environment.ts';
import { endingText, outcomeOf, outcomesText, progressLine, type RestartOutcome } from '../output/restarts.ts';
import { changeText, labelChanges, type RolloutChange, stateChange } from '../output/stage-change.ts';
import { structured } from '../output/structured.ts';
import { stageHere } from '../plan-source.ts';
import {
  allNamespaces,
  type RolloutFlags,
  recordPlace,
  type StandingRollout,
  standingRollout,
} from '../rollout-call.ts';

export interface RolloutRollbackFlags extends RolloutFlags {
  /** Commander’s form of `--no-restart`. */
  readonly restart: boolean;
  readonly timeout?: number;
}

const WITHIN_MS = 10 * 60_000;
// replicas follow the cluster within a second, and a policy waits for its registration
const KNOWN_WITHIN_MS = 30_000;

/**
 * `pillion rollout rollback STAGE`: closes a stage, takes the labels away that `open` wrote, and restarts the workloads that carry its sidecar.
 * Run again it goes on with what is left.
 * @returns 0 when nothing is left, or with --dry-run; 1 when a label could not be taken away, another open stage needs it, or a workload keeps its
 * sidecar
 * @throws Fault PIL002, PIL003, PIL004, PIL006
 */
export async function rolloutRollback(
  stageName: string,
  flags: RolloutRollbackFlags,
  environment: Environment,
): Promise<number> {
  const { dryRun = false, output } = flags;
  const stopping = new AbortController();
  const forget = environment.onInterrupt(() => stopping.abort(new Error('it was interrupted')));
  try {
    return await withCluster(flags, async (transport) => {
      const stageIn = (plan: RolloutPlan, record: RolloutRecord) =>
        stageToClose(plan, record, stageName) ?? stageHere(plan, stageName);
      const planIn = () => planToClose(transport, environment);
      const standing = await standingRollout(transport, stageName, flags, environment, { stageIn, planIn });
      const { plan, stage, record, namespaces } = standing;
      const labels = closingLabels(plan, stage, record, namespaces);
      const changes = [...stateChange(stageName, stage.state, 'Closed'), ...labelChanges(labels.changes)];
      const nothing = changes.length === 0 && isSettled(labels);
      const failed = dryRun || nothing ? [] : await closed(transport, standing, labels, flags, environment);
      const change: RolloutChange = {
        ...{ stage: stageName, dryRun, refusals: [], gates: [], changes, left: [...labels.left, ...failed] },
        result: nothing ? 'nothing-to-do' : dryRun ? 'would-be-done' : 'done',
      };
      if (output === 'human') environment.stdout(changeText(change, 'closed', environment));
      const workloads = flags.restart ? await restarted(transport, standing, flags, environment, stopping.signal) : [];
      if (output === 'human') environment.stdout(workloadsText(workloads, dryRun));
      else environment.stdout(structured({ ...change, workloads }, output));
      if (dryRun) return 0;
      const isUndone = failed.length === 0 && labels.handedOver.length === 0;
      return isUndone && workloads.every(({ result }) => result === 'restarted') ? 0 : 1;
    });
  } finally {
    forget();
  }
}

/** What is wrong with the plan is told, and keeps nobody from taking a stage back. */
async function planToClose(transport: KubeTransport, { stderr }: Environment): Promise<RolloutPlan> {
  const plan = await planAsWritten(transport);
  for (const problem of inPlan(planProblems(plan))) stderr(`${problemLine(problem)}\n`);
  return plan;
}

/** @returns the namespaces of which labels could not be taken away */
async function closed(
  transport: KubeTransport,
  { stage }: StandingRollout,
  { changes, handedOver }: ClosingLabels,
  flags: RolloutRollbackFlags,
  { now }: Environment,
): Promise<readonly LeftUndone[]> {
  await changePlan(transport, stateOperations(stage.name, 'Closed'));
  const failed = await labelNamespaces(transport, changes);
  const action = {
    at: now().toISOString(),
    by: await whoAmI(transport),
    did: 'RolledBack',
    stage: stage.name,
  } as const;
  // what could not be taken away stays noted, so that the next run tries it again
  const stays = (namespace: string, key: string) =>
    failed.some(({ change }) => change.namespace === namespace && change.key === key);
  const settle = (record: RolloutRecord): RolloutRecord => {
    const gone = record.labels.filter((one) => one.stage === stage.name && !stays(one.namespace, one.key));
    const inherited = handedOver.map(({ label, to }) => ({ ...label, stage: to }));
    return withAction(withLabels(withoutLabels(record, gone), inherited), action);
  };
  await changeRecord(transport, recordPlace(flags), settle);
  return failed.map(({ namespace, says }) => ({ namespace, says }));
}

/** What becomes of the workloads whose pods carry a sidecar of the stage; only what would, in a dry run. */
async function restarted(
  transport: KubeTransport,
  { stage, plan, surroundings: before, record }: StandingRollout,
  flags: RolloutRollbackFlags,
  environment: Environment,
  signal: AbortSignal,
): Promise<readonly RestartOutcome[]> {
  const { dryRun = false } = flags;
  const standing = await allNamespaces(transport);
  const namespaces = dryRun ? afterClosing(standing, closingLabels(plan, stage, record, standing)) : standing;
  const surroundings = dryRun
    ? withClosed(before, plan, stage.name)
    : await clusterSurroundings(transport, flags, environment);
  const pods: StandingPod[] = [];
  for (const namespace of namespaces.filter((one) => coversNamespace(stage, one))) {
    // whatever has its sidecar by its labels, other stages’ pods too: what it opened closes for them as well
    const covers = (podLabels: Readonly<Record<string, string>>) => stageCovers(stage, namespace, podLabels);
    pods.push(...(await podsWithSidecar(transport, surroundings, namespace, covers, signal)));
  }
  const planned = await planRestarts(transport, surroundings, pods, signal);
  const restarts = planned.filter(({ byHand }) => byHand === undefined);
  const progress = dryRun
    ? undefined
    : await runRestarts(restarts, {
        ...{ transport, surroundings, signal, now: environment.now, elapsedMs: () => performance.now() },
        notReady: async (workload) => {
          const left = workload.withoutSidecar && (await stillInjected(transport, workload, KNOWN_WITHIN_MS, signal));
          return left ? [left] : [];
        },
        mark: (at) => ({ run: randomBytes(4).toString('hex'), at }),
        namespacesAtOnce: 1,
        withinMs: flags.timeout ?? WITHIN_MS,
        onProgress: (workload, now) => environment.stderr(progressLine(workload, now)),
      });
  return planned.map((one: PlannedRestart) => outcomeOf(one, progress?.get(one)));
}

/** The namespaces as they are once the labels are taken away. */
const afterClosing = (
  namespaces: StandingRollout['namespaces'],
  { changes }: ClosingLabels,
): StandingRollout['namespaces'] =>
  namespaces.map((namespace) => {
    const labels = new Map(Object.entries(namespace.labels));
    for (const { key, to } of changes.filter((one) => one.namespace === namespace.name))
      if (to === null) labels.delete(key);
      else labels.set(key, to);
    return { ...namespace, labels: Object.fromEntries(labels) };
  });

const workloadsText = (workloads: readonly RestartOutcome[], dryRun: boolean): string =>
  dryRun || workloads.length === 0 ? outcomesText(workloads) : endingText(workloads);

/** What decides once the stage is closed. */
function withClosed(surroundings: PodSurroundings, { spec, ...plan }: RolloutPlan, stage: string): PodSurroundings {
  const { policy } = surroundings;
  const stages = spec.stages.map((one) => (one.name === stage ? { ...one, state: 'Closed' as const } : one));
  return {
    ...surroundings,
    policy: { ...policy, stages: stagesInForce(policy.spec, { ...plan, spec: { ...spec, stages } }) },
  };
}
