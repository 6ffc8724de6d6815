import { type OwnerStep, ownerChain } from '../cluster/explained/owners.ts';
import { visitStandingPodsOf } from '../cluster/explained/standing-pods-of.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import {
  type DecidedWorkload,
  decideWorkloads,
  type ExplainContext,
  type ExplainedPod,
} from '../core/admission/decided-workloads.ts';
import { explainChecks } from '../core/admission/explain-checks.ts';
import type { DecisionRecord } from '../core/api/decision-record.ts';
import type { ExaminedCheck } from '../core/decision/examine.ts';
import { explanationOf } from '../core/decision/reasons.ts';
import { manifestObjects } from '../core/kubernetes/manifest-files.ts';
import type { ManifestObject } from '../core/kubernetes/manifest-objects.ts';
import { metadataOf } from '../core/kubernetes/metadata.ts';
import { explainRunning } from '../core/running/explained-running.ts';
import { type NextStep, nextStep } from '../core/running/next-step.ts';
import { sentAgain } from '../core/running/sent-again.ts';
import type { RunningSidecar } from '../core/running/sidecar-state.ts';
import { newStatesTally, type StatesSum } from '../core/running/states-tally.ts';
import { worstFirst } from '../core/running/worst-first.ts';
import {
  type ExplainedCreation,
  type ExplainedRequester,
  explainCreation,
  explainRequester,
} from './explained-creation.ts';
import { type ExplainedRoutes, explainRoutes, type Routing } from './explained-routes.ts';

type Json = Readonly<Record<string, unknown>>;

/** Everything about the decision of one workload or pod. What only a cluster tells is absent for objects of files. */
export interface Explanation extends ExplainedPod {
  readonly checks: readonly ExaminedCheck[];
  readonly routes: ExplainedRoutes;
  /** Of a pod: what made it, and what made that. */
  readonly owners?: readonly OwnerStep[];
  /** Of a pod: how its sidecar stands to the one of today. */
  readonly running?: RunningSidecar;
  /** Of a workload: the same of its pods. */
  readonly pods?: StatesSum;
  readonly creation?: ExplainedCreation;
  readonly requestedBy?: ExplainedRequester;
  readonly next?: NextStep;
}

/** What explanations are made by. */
export interface Explaining {
  readonly context: ExplainContext;
  readonly routing: Routing;
}

/** What explanations of a cluster are made by besides. */
export interface ExplainingLive extends Explaining {
  readonly records: readonly DecisionRecord[];
  readonly policyInCluster: boolean;
}

/** What can be told of every decision. */
export function explainDecided(
  decided: DecidedWorkload,
  { context: { policy, services, namespaces }, routing }: Explaining,
  asWritten: boolean,
): Explanation {
  const { decision, workload } = decided;
  const namespace = namespaces.get(decision.namespace);
  const snapshot = { policy, services, namespaces: new Map([[namespace.name, namespace]]) };
  return {
    ...decision,
    ...(decision.record.verdict === 'inject' ? {} : { next: { says: explanationOf(decision.record.reason).hint } }),
    checks: explainChecks(workload.pod, namespace.name, snapshot, asWritten) ?? [],
    routes: explainRoutes(decided, namespace, routing),
  };
}

/**
 * Explains a workload or a pod of a cluster.
 * @param object as the API server has it
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function explainLive(
  transport: KubeTransport,
  object: Json,
  file: string,
  explaining: ExplainingLive,
): Promise<Explanation | undefined> {
  const { context, records, policyInCluster } = explaining;
  const isPod = object.kind === 'Pod';
  const sent = isPod ? sentAgain(object, context.policy.spec.optIn.podKey) : object;
  const [decided] = decideWorkloads(objectsOf(sent, file), context);
  if (decided === undefined) return undefined;
  const explained = explainDecided(decided, explaining, !isPod);
  const { steps, maker, top } = await ownerChain(transport, object);
  const { namespace } = explained;
  const running = isPod ? explainRunning(object, namespace, context) : undefined;
  const pods = isPod ? undefined : await podsOf(transport, object, explained, context);
  const creation = running && explainCreation(object, running.state, records);
  const owner = steps.findLast(({ verified }) => verified !== 'no') ?? (isPod ? undefined : named(object));
  const next = nextStep({
    namespace,
    record: explained.record,
    policy: context.policy,
    policyInCluster,
    workload: owner,
    standing: top,
    ...(isPod && { pod: explained.name }),
    states: worstFirst([...(running ? [running.state] : []), ...(pods?.states ?? []).map(({ state }) => state)]),
    podsOf: (wanted) => pods?.states.find(({ state }) => state === wanted)?.examples ?? [],
  });
  return {
    ...explained,
    ...(steps.length > 0 && { owners: steps }),
    ...(running && { running }),
    ...(pods && { pods }),
    ...(creation && { creation }),
    requestedBy: explainRequester(top, maker, creation, records),
    ...(next && { next }),
  };
}

const objectsOf = (object: Json, file: string): readonly ManifestObject[] =>
  manifestObjects([{ file, text: JSON.stringify(object, null, 2) }]);

const named = (object: Json) => ({
  apiVersion: String(object.apiVersion),
  kind: String(object.kind),
  name: String(metadataOf(object).name),
});

async function podsOf(
  transport: KubeTransport,
  workload: Json,
  { namespace, record }: Explanation,
  context: ExplainContext,
): Promise<StatesSum> {
  const tally = newStatesTally();
  await visitStandingPodsOf(transport, workload, namespace, record, context, tally.add);
  return tally.sum();
}
