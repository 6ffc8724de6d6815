import type { Reason } from '../decision/reasons.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { type Amounts, minus, NOTHING, plus, times } from './amounts.ts';
import type { CapacityInput } from './capacity-input.ts';
import type { CapacityLine } from './capacity-lines.ts';
import { capacityLines } from './capacity-lines.ts';
import { type ControlPlaneNeed, controlPlaneNeed } from './control-plane.ts';
import { type At, each, type Moment } from './moments.ts';
import { podsAt, podsToCome } from './placed-pods.ts';
import { type QuotaNeed, quotaNeeds } from './quota-need.ts';
import { podAmounts } from './rendered-sidecar.ts';
import type { RunningPod } from './running-pod.ts';
import { overlooked } from './scheduling/constraints.ts';
import type { NodeShape } from './scheduling/node-shape.ts';
import { type NodesNeeded, nodesNeeded } from './scheduling/nodes-needed.ts';
import { type GroupSum, groupSums, type RunningOf, type SidecarSum, sidecarsAt, sumsOf } from './sidecar-sums.ts';
import { neverBecause, type SizedWorkload } from './sized-workload.ts';

/** Workloads that never get a sidecar, by why. */
export interface LeftOut {
  readonly reason: Reason;
  readonly workloads: number;
  readonly pods: number;
}

/** What a rollout takes: now, after its next stage, and when everything has its sidecar that can. */
export interface Capacity {
  readonly stage: string | undefined;
  readonly sidecars: {
    readonly total: At<SidecarSum>;
    readonly namespaces: readonly GroupSum[];
    readonly squads: readonly GroupSum[];
  };
  readonly leftOut: readonly LeftOut[];
  readonly quotas: readonly QuotaNeed[];
  readonly nodes: At<NodesNeeded> | undefined;
  /** What pods say about their place that was not looked at, and how many say it. */
  readonly notModelled: readonly { readonly what: string; readonly pods: number }[];
  readonly controlPlane: At<ControlPlaneNeed | undefined>;
  readonly lines: readonly CapacityLine[];
}

const NOBODY = 'unowned';

/** Adds up what is known. */
export function capacityOf(input: CapacityInput): Capacity {
  const { workloads, stage, pods, policy } = input;
  const belonging = belongingPods(workloads, pods);
  const runningOf: RunningOf = (workload) => belonging?.get(workload)?.running;
  const total = sumsOf(workloads, runningOf);
  const controlled = workloads.filter((workload) => controlPlaneOf(workload, policy));
  const controlPlane = each((moment) => controlPlaneNeed(sumsOf(controlled, runningOf)[moment].pods));
  const sums = {
    total,
    namespaces: groupSums(workloads, ({ namespace }) => namespace, runningOf),
    squads: groupSums(workloads, ({ squad = NOBODY }) => squad, runningOf),
  };
  const quotas = quotasOf(input, runningOf);
  const nodes = input.nodes && nodesOf(input, input.nodes, belonging);
  const known = { ...sums, quotas, nodes, controlPlane };
  return {
    stage,
    sidecars: sums,
    leftOut: leftOut(workloads),
    quotas,
    nodes,
    notModelled: notModelled(input),
    controlPlane,
    lines: capacityLines(input, runningOf, known),
  };
}

/** Whether the sidecars of a workload are told by a control plane what to do. */
const controlPlaneOf = (workload: SizedWorkload, { activeProfiles }: ActivePolicy): boolean => {
  const profile = workload.rendered.everything.sidecar?.profile;
  return activeProfiles.some(({ name, traits }) => name === profile && traits.controlPlane !== undefined);
};

interface Belonging {
  readonly running: { readonly pods: number; readonly amounts: Amounts };
}

function belongingPods(workloads: readonly SizedWorkload[], pods: readonly RunningPod[] | undefined) {
  if (pods === undefined) return undefined;
  const workloadOf = workloadFinder(workloads);
  const found = new Map<SizedWorkload, Belonging>(
    workloads.map((workload) => [workload, { running: { pods: 0, amounts: NOTHING } }]),
  );
  for (const pod of pods) {
    const workload = workloadOf(pod);
    if (workload === undefined || pod.sidecar === undefined) continue;
    const { running } = found.get(workload) ?? { running: { pods: 0, amounts: NOTHING } };
    found.set(workload, { running: { pods: running.pods + 1, amounts: plus(running.amounts, pod.sidecar) } });
  }
  return found;
}

function workloadFinder(workloads: readonly SizedWorkload[]) {
  const key = (namespace: string, owner: string) => `${namespace}/${owner}`;
  const byName = new Map(workloads.map((one) => [key(one.namespace, `${one.kind}/${one.name}`), one]));
  return ({ namespace, owners }: RunningPod): SizedWorkload | undefined =>
    owners.map((owner) => byName.get(key(namespace, owner))).find((workload) => workload !== undefined);
}

function quotasOf({ quotas, workloads, limitsOf }: CapacityInput, runningOf: RunningOf): readonly QuotaNeed[] {
  const byNamespace = Map.groupBy(workloads, ({ namespace }) => namespace);
  return quotas.flatMap((quota) => {
    const members = byNamespace.get(quota.namespace) ?? [];
    const applications = members
      .map(({ spec, pods, namespace }) => times(podAmounts(spec, limitsOf(namespace)), pods))
      .reduce(plus, NOTHING);
    const sidecars = (moment: Moment) =>
      members.map((workload) => sidecarsAt(workload, moment, runningOf).amounts).reduce(plus, NOTHING);
    return quotaNeeds(
      quota,
      each((moment) => plus(applications, sidecars(moment))),
      each((moment) => minus(sidecars(moment), sidecars('now'))),
    );
  });
}

function nodesOf(
  { workloads, pods, limitsOf }: CapacityInput,
  nodes: readonly NodeShape[],
  belonging: ReadonlyMap<SizedWorkload, Belonging> | undefined,
): At<NodesNeeded> {
  const workloadOf = workloadFinder(workloads);
  return each((moment) =>
    nodesNeeded(
      nodes,
      pods === undefined || belonging === undefined
        ? podsToCome(moment, workloads, limitsOf)
        : podsAt(moment, pods, workloadOf, limitsOf),
    ),
  );
}

function leftOut(workloads: readonly SizedWorkload[]): readonly LeftOut[] {
  const without = workloads.filter((workload) => neverBecause(workload) !== undefined);
  return [...Map.groupBy(without, (workload) => neverBecause(workload) as Reason)].map(([reason, members]) => ({
    reason,
    workloads: members.length,
    pods: members.reduce((sum, { pods }) => sum + pods, 0),
  }));
}

function notModelled({ pods, workloads }: CapacityInput) {
  const counted = new Map<string, number>();
  const specs =
    pods?.map(({ spec }) => ({ spec, count: 1 })) ?? workloads.map(({ spec, pods: count }) => ({ spec, count }));
  for (const { spec, count } of specs)
    for (const what of overlooked(spec)) counted.set(what, (counted.get(what) ?? 0) + count);
  return [...counted].map(([what, count]) => ({ what, pods: count }));
}
