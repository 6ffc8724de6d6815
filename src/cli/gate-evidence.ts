import { ApiError } from '../cluster/api-error.ts';
import { pagedList } from '../cluster/paged-list.ts';
import type { Prometheus } from '../cluster/prometheus/prometheus.ts';
import type { BriefedWorkloads } from '../cluster/rollout/brief-part.ts';
import { istiodReplicas } from '../cluster/rollout/istiod-replicas.ts';
import { readStoredRecord } from '../cluster/rollout/stored-record.ts';
import { scanPods } from '../cluster/scan/scan-pods.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { RolloutPlan, RolloutStage } from '../core/api/rollout-plan.ts';
import { checkWorkloads } from '../core/compatibility/checked-workloads.ts';
import { fieldsOf } from '../core/json/fields-of.ts';
import type { Namespace } from '../core/kubernetes/namespace.ts';
import { labelsOf } from '../core/kubernetes/pod.ts';
import { podOfWorkload } from '../core/kubernetes/workload.ts';
import { Fault } from '../core/problem/faults.ts';
import { problemLine } from '../core/problem/problem.ts';
import { acknowledgedOf } from '../core/rollout/briefing/acknowledged.ts';
import { stageTarget } from '../core/rollout/briefing/brief-target.ts';
import { bySquad } from '../core/rollout/briefing/briefing.ts';
import type { Answers } from '../core/rollout/gates/answers.ts';
import type { CheckedStage, Evidence } from '../core/rollout/gates/gate-kind.ts';
import type { Missing } from '../core/rollout/gates/gate-part.ts';
import type { GateScope } from '../core/rollout/gates/gate-scope.ts';
import { otherOpenStages, StagePods } from '../core/rollout/gates/stage-pods.ts';
import { belongsTo, coversNamespace } from '../core/rollout/stage-members.ts';
import { briefCluster } from './briefed-workloads.ts';
import { readPart } from './checked-cluster.ts';
import { clusterSurroundings } from './cluster-surroundings.ts';
import type { Environment } from './environment.ts';
import { recordPlace } from './rollout-call.ts';

/** What gates are asked with. */
export interface GateCalls {
  readonly transport: KubeTransport;
  readonly flags: { readonly installedAs: string; readonly ownNamespace: string };
  readonly environment: Environment;
  /** Undefined where none is named. */
  readonly prometheus: Prometheus | undefined;
  readonly signal: AbortSignal;
}

const LISTED_WITHIN_MS = 60_000;

/**
 * The namespaces of a stage and of those that are open, by name.
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function gatedNamespaces(
  { transport, signal }: GateCalls,
  plan: RolloutPlan,
  stage: RolloutStage,
): Promise<ReadonlyMap<string, Namespace>> {
  const found = new Map<string, Namespace>();
  const stages = [stage, ...otherOpenStages(plan, stage)];
  const within = AbortSignal.any([signal, AbortSignal.timeout(LISTED_WITHIN_MS)]);
  await pagedList(transport, '/api/v1/namespaces', within, ({ name, labels = {} }) => {
    if (stages.some((one) => coversNamespace(one, { name, labels }))) found.set(name, { name, labels });
  });
  return found;
}

/**
 * What the pods of these namespaces tell.
 * @throws Fault PIL002, PIL004; ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function readScope(
  { transport, flags, environment, signal }: GateCalls,
  plan: RolloutPlan,
  stage: RolloutStage,
  namespaces: ReadonlyMap<string, Namespace>,
): Promise<GateScope> {
  const surroundings = await clusterSurroundings(transport, flags, environment);
  const pods = new StagePods(plan, stage, surroundings.policy);
  await scanPods(transport, { ...surroundings, namespaces }, (...seen) => pods.add(...seen), { signal });
  return pods.scope(environment.now().getTime());
}

/** What `pillion check` says of the workloads of a stage. */
export async function checkedStage(
  { transport, flags, environment }: GateCalls,
  plan: RolloutPlan,
  stage: RolloutStage,
  namespaces: ReadonlyMap<string, Namespace>,
): Promise<CheckedStage | Missing> {
  const unknown = (stage.namespaces ?? []).filter((name) => !namespaces.has(name));
  if (unknown.length > 0)
    return {
      missing: `the cluster has no namespace ${unknown.join(', ')}`,
      next: 'mend the name in the plan, or create the namespace',
    };
  const covers = ({ namespace: name, value }: { readonly namespace: string; readonly value: object }) => {
    const namespace = namespaces.get(name);
    const pod = podOfWorkload(value)?.pod;
    const { labels = {} } = fieldsOf(pod?.metadata) as { readonly labels?: Readonly<Record<string, string>> };
    return namespace !== undefined && belongsTo(stage, plan, namespace, labelsOf({ metadata: { labels } }));
  };
  const part = { ...flags, workload: undefined, namespace: undefined, covers };
  const read = await orMissing('workloads', () => readPart(transport, part, environment));
  if ('missing' in read) return read;
  const { workloads, around, hidden, context } = read;
  const checked = checkWorkloads([...workloads, ...around], context, () => true);
  const incompatible = checked.filter(({ verdict }) => verdict === 'incompatible');
  return {
    ...{ workloads: checked.length, hidden },
    incompatible: incompatible.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`),
  };
}

/** The replicas of istiod, or why they are not known. */
export const knownIstiod = ({ transport, signal }: GateCalls): Promise<Evidence['istiod']> =>
  orMissing('pods', () => istiodReplicas(transport, signal));

/**
 * Which squads of a stage have acknowledged the briefing of today, or why it is not known. Of a record that somebody edited what cannot be read
 * is told.
 */
export const knownAcknowledgements = (
  { transport, flags, environment }: GateCalls,
  plan: RolloutPlan,
  stage: RolloutStage,
): Promise<Evidence['acknowledgements']> =>
  orMissing('the record of the rollout, or the workloads of the stage,', async () => {
    const { record, problems } = await readStoredRecord(transport, recordPlace(flags));
    for (const problem of problems) environment.stderr(`${problemLine(problem)}\n`);
    const target = stageTarget(stage);
    const briefed = await briefCluster(transport, { target, plan }, flags, environment).catch(noWorkloads);
    return acknowledgedOf(stage.name, bySquad(briefed.workloads), record);
  });

function noWorkloads(error: unknown): Pick<BriefedWorkloads, 'workloads'> {
  if (error instanceof Fault && error.code === 'PIL004') return { workloads: [] };
  throw error;
}

/** Asks Prometheus each query once, all at a time. */
export async function askedPrometheus({ prometheus, signal }: GateCalls, queries: readonly string[]): Promise<Answers> {
  if (prometheus === undefined) return () => NOT_NAMED;
  const asked = queries.map(async (query) => [query, await prometheus.query(query, signal)] as const);
  const answers = new Map(await Promise.all(asked));
  return (query) => answers.get(query) ?? { problem: 'was not asked' };
}

const NOT_NAMED = {
  problem: 'is not named',
  next: 'name it with --prometheus https://HOST or --prometheus NAMESPACE/SERVICE:PORT, or by $PILLION_PROMETHEUS',
};

/** What one may not read is missing, and the other gates are judged all the same. */
async function orMissing<T>(what: string, read: () => Promise<T>): Promise<T | Missing> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { missing: `${what} cannot be read: ${error.message}`, next: 'have the right to read them' };
  }
}
