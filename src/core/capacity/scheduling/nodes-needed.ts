import type { Demand } from './demand.ts';
import { anotherLike, kindOfNode, type NodeShape } from './node-shape.ts';
import { Placing } from './placing.ts';

/** A pod, and where it is; undefined for one that has no node yet. */
export interface PlacedPod {
  readonly demand: Demand;
  readonly node: string | undefined;
  /** Whether each node has one of its kind. */
  readonly ofDaemonSet: boolean;
  /** Is created anew on its node, which has to have room for it; no other node will do. */
  readonly anew?: true;
}

/** How the pods of a cluster find place. */
export interface NodesNeeded {
  /** Those that there are. */
  readonly nodes: number;
  /** How many more it takes, and like which of those that there are. */
  readonly more: readonly { readonly like: string; readonly count: number }[];
  /** Pods that find no place without them. */
  readonly pending: number;
  /** Of these, those that no such node would take. */
  readonly never: number;
  /** How much of all nodes, those that come included, is asked for: from 0 to 1. */
  readonly requested: { readonly cpu: number; readonly memory: number };
}

/**
 * How many nodes pods need: those that have one stay there, as far as it has room for those that are created anew; the others are put on nodes as the scheduler does; for what is left nodes are
 * added, each with the pods of DaemonSets that its pattern has, until all have place.
 */
export function nodesNeeded(nodes: readonly NodeShape[], pods: readonly PlacedPod[]): NodesNeeded {
  let placing = new Placing(nodes);
  const bound = pods.flatMap(({ node, ...pod }) => (node === undefined ? [] : [{ ...pod, node }]));
  for (const { demand, node, anew } of bound) if (!anew) placing.put(demand, node);
  const stuck = bound.filter(({ demand, node, anew }) => anew && !placing.putWhereRoom(demand, node)).length;
  const waiting = pods.filter(({ node }) => node === undefined).map(({ demand }) => demand);
  const pending = waiting.filter((demand) => !placing.place(demand));
  let left = pending;
  const more: { like: string; count: number }[] = [];
  for (const pattern of patterns(nodes)) {
    const daemons = pods.filter(({ ofDaemonSet, node }) => ofDaemonSet && node === pattern.name);
    const added: Added = { pattern, daemons: daemons.map(({ demand }) => demand) };
    const takes = left.filter((demand) => withMore(new Placing([]), added, 1).place(demand));
    if (takes.length === 0) continue;
    let count = atLeast(takes, added);
    let filled = withMore(placing, added, count);
    while (!takes.every((demand) => filled.place(demand))) {
      count += 1;
      filled = withMore(placing, added, count);
    }
    placing = filled;
    left = left.filter((demand) => !takes.includes(demand));
    more.push({ like: pattern.name, count });
  }
  const requested = { cpu: share(placing, 'cpu'), memory: share(placing, 'memory') };
  return { nodes: nodes.length, more, pending: pending.length + stuck, never: left.length + stuck, requested };
}

/** One node of each kind that takes pods, that of the most common kind first. */
function patterns(nodes: readonly NodeShape[]): readonly NodeShape[] {
  const kinds = new Map<string, { readonly node: NodeShape; count: number }>();
  for (const node of nodes.filter(({ unschedulable }) => !unschedulable)) {
    const kind = kinds.get(kindOfNode(node)) ?? { node, count: 0 };
    kind.count += 1;
    kinds.set(kindOfNode(node), kind);
  }
  return [...kinds.values()].toSorted((one, other) => other.count - one.count).map(({ node }) => node);
}

/** A node as it comes. */
interface Added {
  readonly pattern: NodeShape;
  readonly daemons: readonly Demand[];
}

function withMore(placing: Placing, { pattern, daemons }: Added, more: number): Placing {
  const tried = placing.copy();
  for (let number = 1; number <= more; number++) {
    const added = anotherLike(pattern, number);
    tried.addNode(added);
    for (const demand of daemons) tried.put(demand, added.name);
  }
  return tried;
}

/** If pods were fluid, fewer could not hold them. */
function atLeast(pending: readonly Demand[], { pattern: { allocatable }, daemons }: Added): number {
  const sum = (demands: readonly Demand[], resource: string) =>
    demands.reduce((total, { requests }) => total + (requests.get(resource) ?? 0), 0);
  const counts = ['cpu', 'memory'].map((resource) =>
    Math.ceil(sum(pending, resource) / ((allocatable.get(resource) ?? 0) - sum(daemons, resource))),
  );
  return Math.max(1, ...counts.filter(Number.isFinite));
}

function share(placing: Placing, resource: string): number {
  const sum = (amountOf: (one: Placing['nodes'][number]) => number) =>
    placing.nodes.reduce((total, one) => total + amountOf(one), 0);
  const whole = sum(({ node }) => node.allocatable.get(resource) ?? 0);
  return whole === 0 ? 0 : sum(({ requested }) => requested.get(resource) ?? 0) / whole;
}
