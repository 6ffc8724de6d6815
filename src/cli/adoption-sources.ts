import { readSeries } from '../cluster/adoption/read-series.ts';
import { ApiError } from '../cluster/api-error.ts';
import { readConfigMap } from '../cluster/read-config-map.ts';
import { readJson } from '../cluster/read-json.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { pointOf } from '../core/adoption/counts.ts';
import { LiveCount } from '../core/adoption/live-count.ts';
import type { AdoptionSources, LiveCounts } from '../core/adoption/status/status.ts';
import type { RolloutPlan } from '../core/api/rollout-plan.ts';
import { isoDay, isoTime } from '../core/json/iso-time.ts';
import type { Namespace } from '../core/kubernetes/namespace.ts';
import { Fault } from '../core/problem/faults.ts';
import type { Problem } from '../core/problem/problem.ts';
import { loadPlan } from '../core/rollout/read-plan.ts';
import { type RolloutAction, readRecord } from '../core/rollout/rollout-record.ts';
import { stageOf } from '../core/rollout/stage-members.ts';
import { clusterSurroundings } from './cluster-surroundings.ts';
import type { Environment } from './environment.ts';
import { liveNamespaces, visitLivePods } from './live-pods.ts';
import { readSource } from './read-source.ts';

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

const PLAN = '/apis/pillion.io/v1alpha1/rolloutplans/default';
const RECORD = 'pillion-rollout';

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
  const plan = await planOf(transport, question, environment, problems);
  const namespaces = await liveNamespaces(transport);
  const series = await readSeries(transport, ownNamespace, { from, to });
  problems.push(...series.problems);
  const actions = plan === undefined ? [] : await actionsOf(transport, ownNamespace, problems);
  const live = isLive
    ? await allowed('pods', problems, () => countedLive(transport, question, plan, namespaces, environment))
    : undefined;
  return { sources: { kept: series.points, live, plan, actions, namespaces }, problems };
}

async function planOf(
  transport: KubeTransport,
  { plan: path, now }: AdoptionQuestion,
  environment: Environment,
  problems: Problem[],
): Promise<RolloutPlan | undefined> {
  const source = path === undefined ? await standingPlan(transport, problems) : await readSource(path, environment);
  if (source === undefined) return undefined;
  const read = loadPlan(source, isoDay(now));
  if ('plan' in read) {
    problems.push(...read.warnings);
    return read.plan;
  }
  // who names a file wants it to count; that of the cluster is not the asker’s
  if (path !== undefined) throw new Fault('PIL002', read.problems);
  problems.push(...read.problems);
  return undefined;
}

async function standingPlan(transport: KubeTransport, problems: Problem[]) {
  const object = await allowed('RolloutPlan default', problems, () => readJson<object>(transport, PLAN));
  return object && { file: 'RolloutPlan default', text: JSON.stringify(object) };
}

async function actionsOf(
  transport: KubeTransport,
  namespace: string,
  problems: Problem[],
): Promise<readonly RolloutAction[]> {
  const file = `ConfigMap ${RECORD}`;
  const data = await allowed(file, problems, () => readConfigMap(transport, namespace, RECORD));
  if (data === undefined) return [];
  const { record, problems: found } = readRecord(data);
  problems.push(...found.map((problem) => ({ ...problem, file })));
  return record.actions;
}

async function countedLive(
  transport: KubeTransport,
  question: AdoptionQuestion,
  plan: RolloutPlan | undefined,
  namespaces: ReadonlyMap<string, Namespace>,
  environment: Environment,
): Promise<LiveCounts> {
  const surroundings = { ...(await clusterSurroundings(transport, question, environment)), namespaces };
  const count = new LiveCount(surroundings, (namespace, labels) => plan && stageOf(plan, namespace, labels)?.name);
  await visitLivePods(transport, surroundings, [undefined], (...judged) => count.add(...judged), environment);
  return { point: pointOf(isoTime(question.now), count.cells()), byStage: count.cellsByPart() };
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
