import { standingPlan } from '../../cluster/rollout/standing-plan.ts';
import type { RolloutPlan } from '../../core/api/rollout-plan.ts';
import { type CheckedWorkload, checkWorkloads, objectOfFile } from '../../core/compatibility/checked-workloads.ts';
import { isCalendarDay } from '../../core/json/calendar-day.ts';
import { isoDay } from '../../core/json/iso-time.ts';
import { ownValue } from '../../core/kubernetes/pod.ts';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import { Fault } from '../../core/problem/faults.ts';
import type { Problem } from '../../core/problem/problem.ts';
import { findingsInCluster, stagesInCluster } from '../../core/rollout/plan-in-cluster.ts';
import { planWarnings } from '../../core/rollout/plan-problems.ts';
import { type NamespaceToPlan, planOf, proposedPlan } from '../../core/rollout/proposed-plan.ts';
import { loadPlan } from '../../core/rollout/read-plan.ts';
import { checkCluster } from '../checked-cluster.ts';
import { withCluster } from '../cluster-call.ts';
import { clusterSurroundings } from '../cluster-surroundings.ts';
import type { Environment } from '../environment.ts';
import { readManifests } from '../manifests.ts';
import { offlineContext } from '../offline-context.ts';
import { proposalText, proposalYaml, standingText } from '../output/rollout-plan.ts';
import { structured } from '../output/structured.ts';
import { readSource } from '../read-source.ts';
import { allNamespaces, type RolloutFlags } from '../rollout-call.ts';
import { usage } from '../webhook-address.ts';

export interface RolloutPlanFlags extends Omit<RolloutFlags, 'dryRun'> {
  /** A plan to be shown against the cluster. */
  readonly filename?: string;
  readonly current?: boolean;
  /** What is planned for in place of a cluster. */
  readonly manifests?: string[];
  readonly stages: number;
  readonly start?: string;
  readonly every: number;
}

/**
 * `pillion rollout plan`: proposes stages for what a cluster has; with a plan shows that one against the cluster.
 * @returns 1 when the plan and the cluster do not fit each other, or nothing can be proposed; else 0
 * @throws Fault PIL001 to PIL004, PIL006
 */
export async function rolloutPlan(flags: RolloutPlanFlags, environment: Environment): Promise<number> {
  const { filename, current = false, start } = flags;
  if (current && filename !== undefined) throw usage('give either -f or --current: one of them would have no effect');
  if (start !== undefined && !isCalendarDay(start)) throw usage(`--start ${start} is no day such as 2027-01-31`);
  if (filename !== undefined || current) return await shown(flags, environment);
  const namespaces = await (flags.manifests === undefined
    ? ofCluster(flags, environment)
    : ofManifests(flags.manifests, flags, environment));
  const { stages, every, output } = flags;
  const proposal = proposedPlan(namespaces, { stages, start, every });
  if (output === 'human') environment.stdout(proposalText(proposal, environment));
  // a plan without a stage is none, and a file with one would be refused
  else if (output === 'yaml' && proposal.stages.length === 0) environment.stderr(proposalText(proposal, environment));
  else if (output === 'yaml') environment.stdout(proposalYaml(proposal));
  else environment.stdout(structured({ plan: planOf(proposal.stages), ...proposal }, output));
  return proposal.stages.length === 0 ? 1 : 0;
}

async function ofCluster(flags: RolloutPlanFlags, environment: Environment): Promise<readonly NamespaceToPlan[]> {
  return await withCluster(flags, async (transport) => {
    const { policy } = await clusterSurroundings(transport, flags, environment);
    const part = { ...flags, workload: undefined, namespace: undefined };
    const checked = await checkCluster(transport, part, environment, () => true);
    return toPlan(await allNamespaces(transport), checked, policy);
  });
}

async function ofManifests(
  files: readonly string[],
  { ownNamespace }: RolloutPlanFlags,
  environment: Environment,
): Promise<readonly NamespaceToPlan[]> {
  const objects = await readManifests(files, environment);
  const { context } = await offlineContext(objects, { ownNamespace, namespace: 'default' }, environment);
  const fit = objects.flatMap((object) => objectOfFile(object, 'default') ?? []);
  const checked = checkWorkloads(fit, context, () => true);
  const names = [...new Set(checked.map(({ namespace }) => namespace))];
  const namespaces = names.map((name) => ({ name, labels: context.namespaces.get(name)?.labels ?? {} }));
  return toPlan(namespaces, checked, context.policy);
}

function toPlan(
  namespaces: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[],
  checked: readonly CheckedWorkload[],
  { protectedNamespaces, spec }: ActivePolicy,
): readonly NamespaceToPlan[] {
  const { namespaceLabel } = spec.ownership.tribe;
  return namespaces
    .filter(({ name }) => !protectedNamespaces.has(name))
    .map(({ name, labels }) => ({
      name,
      tribe: ownValue(labels, namespaceLabel),
      workloads: checked
        .filter(({ namespace }) => namespace === name)
        .map(({ kind, name: of, verdict, findings }) => ({
          ...{ kind, name: of, verdict },
          codes: findings.filter(({ suppressed }) => suppressed === undefined).map(({ code }) => code),
        })),
    }));
}

async function shown(flags: RolloutPlanFlags, environment: Environment): Promise<number> {
  const { filename, output } = flags;
  const read = filename === undefined ? undefined : await planInFile(filename, environment);
  return await withCluster(flags, async (transport) => {
    const plan = read?.plan ?? (await standingPlan(transport));
    const namespaces = await allNamespaces(transport);
    const inCluster = findingsInCluster(plan, namespaces);
    const warnings = read?.warnings ?? planWarnings(plan, isoDay(environment.now()));
    const findings = [...warnings, ...inCluster.map((one) => read?.located(one) ?? one)];
    const stages = stagesInCluster(plan, namespaces);
    environment.stdout(
      output === 'human' ? standingText(stages, findings, environment) : structured({ stages, findings }, output),
    );
    return findings.length > 0 ? 1 : 0;
  });
}

/** @throws Fault PIL001, PIL002 with every problem of the file */
async function planInFile(
  file: string,
  environment: Environment,
): Promise<{ plan: RolloutPlan; warnings: readonly Problem[]; located: (problem: Problem) => Problem }> {
  const read = loadPlan(await readSource(file, environment), isoDay(environment.now()));
  if ('problems' in read) throw new Fault('PIL002', read.problems);
  return read;
}
