import { readSeries } from '../cluster/adoption/read-series.ts';
import { ApiError } from '../cluster/api-error.ts';
import { liveNamespaces } from '../cluster/live-namespaces.ts';
import { readStoredRecord } from '../cluster/rollout/stored-record.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { pointOf } from '../core/adoption/counts.ts';
import { LiveCount } from '../core/adoption/live-count.ts';
import type { AdoptionSources, LiveCounts } from '../core/adoption/status/status.ts';
import type { RolloutPlan } from '../core/api/rollout-plan.ts';
import { isoTime } from '../core/json/iso-time.ts';
import type { Namespace } from '../core/kubernetes/namespace.ts';
import { Fault } from '../core/problem/faults.ts';
import type { Problem } from '../core/problem/problem.ts';
import type { RolloutAction } from '../core/rollout/rollout-record.ts';
import { stageFinder } from '../core/rollout/stage-members.ts';
import { clusterSurroundings } from './cluster-surroundings.ts';
import type { Environment } from './environment.ts';
import { visitLivePods } from './live-pods.ts';
import { knownPlan } from './plan-source.ts';

export interface AdoptionQuestion {
  readonly installedAs: string;
  readonly ownNamespace: string;
  /** A file with the plan, in place of that of the cluster. */
  readonly plan?: string;
  readonly now: Date;
  /** What is kept from then on is read. */
  readonly from: Date;
  /** Whether the pods are counted as they stand. */
  readonly isLive: boolean;
}

/** What is known of a rollout, and what of it could not be read. */
export interface ReadSources {
  readonly sources: AdoptionSources;
  readonly problems: readonly Problem[];
}

/**
 * Reads what a cluster knows of its rollout. What may not or cannot be read is told, and the rest counts.
 * @throws Fault PIL001, PIL002 for the file of a plan; ApiError, ClusterUnreachable, TimeoutError
 */
export async function adoptionSources(
  transport: KubeTransport,
  question: AdoptionQuestion,
  environment: Environment,
): Promise<ReadSources> {
  const { ownNamespace, now: to, from, isLive } = question;
  const problems: Problem[] = [];
  const plan = await planIn(transport, question, environment, problems);
  const namespaces = await liveNamespaces(transport);
  const series = await readSeries(transport, ownNamespace, { from, to });
  problems.push(...series.problems);
  const actions = plan === undefined ? [] : await actionsOf(transport, question, problems);
  const live = isLive
    ? await allowed('pods', problems, () => countedLive(transport, question, plan, namespaces, environment))
    : undefined;
  return { sources: { kept: series.points, live, plan, actions, namespaces }, problems };
}

async function planIn(
  transport: KubeTransport,
  { plan: file, now }: AdoptionQuestion,
  environment: Environment,
  problems: Problem[],
): Promise<RolloutPlan | undefined> {
  // by that day goals are past
  const at = { ...environment, now: () => now };
  try {
    const known = await allowed('RolloutPlan default', problems, () => knownPlan(file, transport, at));
    problems.push(...(known?.warnings ?? []));
    return known?.plan;
  } catch (error) {
    // who names a file wants it to count; that of the cluster is not the asker’s
    if (file !== undefined || !(error instanceof Fault) || error.code !== 'PIL002') throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

async function actionsOf(
  transport: KubeTransport,
  { ownNamespace: namespace, installedAs: installation }: AdoptionQuestion,
  problems: Problem[],
): Promise<readonly RolloutAction[]> {
  const read = await allowed('the record of the rollout', problems, () =>
    readStoredRecord(transport, { namespace, installation }),
  );
  problems.push(...(read?.problems ?? []));
  return read?.record.actions ?? [];
}

async function countedLive(
  transport: KubeTransport,
  question: AdoptionQuestion,
  plan: RolloutPlan | undefined,
  namespaces: ReadonlyMap<string, Namespace>,
  environment: Environment,
): Promise<LiveCounts> {
  const surroundings = { ...(await clusterSurroundings(transport, question, environment)), namespaces };
  const count = new LiveCount(surroundings, stageFinder(plan));
  await visitLivePods(transport, surroundings, [undefined], (...judged) => count.add(...judged), environment);
  return { point: pointOf(isoTime(question.now), count.cells()), byStage: count.cellsByStage() };
}

/** What a call gives; undefined, and a problem told, where there is no right to it. */
async function allowed<T>(what: string, problems: Problem[], call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    problems.push({ file: what, path: '', message: `may not be read, so it does not count: ${error.message}` });
    return undefined;
  }
}
