import { pagedList } from '../cluster/paged-list.ts';
import { standingPlan } from '../cluster/rollout/standing-plan.ts';
import { readStoredRecord } from '../cluster/rollout/stored-record.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { RolloutPlan, RolloutStage } from '../core/api/rollout-plan.ts';
import type { Namespace } from '../core/kubernetes/namespace.ts';
import { problemLine } from '../core/problem/problem.ts';
import { quoted } from '../core/problem/quoted.ts';
import type { RolloutRecord } from '../core/rollout/rollout-record.ts';
import type { PodSurroundings } from '../core/scan/judged-pod.ts';
import type { ClusterFlags } from './cluster-call.ts';
import { clusterSurroundings } from './cluster-surroundings.ts';
import type { Environment } from './environment.ts';
import type { OutputFormat } from './output/structured.ts';
import { usage } from './webhook-address.ts';

/** The flags of every command that changes the rollout. */
export interface RolloutFlags extends ClusterFlags {
  readonly installedAs: string;
  readonly ownNamespace: string;
  readonly dryRun?: boolean;
  readonly output: OutputFormat;
}

/** Where the record of the rollout is kept. */
export const recordPlace = ({ ownNamespace, installedAs }: Pick<RolloutFlags, 'ownNamespace' | 'installedAs'>) => ({
  namespace: ownNamespace,
  installation: installedAs,
});

/** What a command about one stage looks at. */
export interface StandingRollout {
  readonly plan: RolloutPlan;
  readonly stage: RolloutStage;
  readonly record: RolloutRecord;
  readonly namespaces: readonly Namespace[];
  readonly surroundings: PodSurroundings;
}

/** How the parts of a rollout are found, where not as for opening a stage. */
export interface RolloutParts {
  readonly planIn?: (transport: KubeTransport) => Promise<RolloutPlan>;
  readonly stageIn?: (plan: RolloutPlan, record: RolloutRecord) => RolloutStage;
}

/**
 * Reads the rollout as it stands. What of its record cannot be read is told and passed over.
 * @throws Fault PIL003 for a stage that the plan has not, PIL002, PIL004; ApiError, ClusterUnreachable, TimeoutError
 */
export async function standingRollout(
  transport: KubeTransport,
  stageName: string,
  flags: RolloutFlags,
  environment: Environment,
  { stageIn, planIn }: RolloutParts = {},
): Promise<StandingRollout> {
  const plan = await (planIn ?? standingPlan)(transport);
  const { record, problems } = await readStoredRecord(transport, recordPlace(flags));
  for (const problem of problems) environment.stderr(`${problemLine(problem)}\n`);
  const stage = stageIn?.(plan, record) ?? stageNamed(plan, stageName);
  return {
    ...{ plan, stage, record },
    namespaces: await allNamespaces(transport),
    surroundings: await clusterSurroundings(transport, flags, environment),
  };
}

/** @throws Fault PIL003 with the stages there are */
export function stageNamed({ spec }: RolloutPlan, name: string): RolloutStage {
  const stage = spec.stages.find((one) => one.name === name);
  if (stage !== undefined) return stage;
  throw usage(`the plan has no stage ${quoted(name)}; its stages: ${spec.stages.map((one) => one.name).join(', ')}`);
}

// metadata of 10,000 namespaces takes a few seconds
const LISTED_WITHIN_MS = 120_000;

/** Every namespace of the cluster, in the order of their names. */
export async function allNamespaces(transport: KubeTransport): Promise<readonly Namespace[]> {
  const found: Namespace[] = [];
  await pagedList(transport, '/api/v1/namespaces', AbortSignal.timeout(LISTED_WITHIN_MS), ({ name, labels = {} }) => {
    found.push({ name, labels });
  });
  return found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
