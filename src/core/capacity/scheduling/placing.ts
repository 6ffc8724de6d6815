import { mayBeOn } from './constraints.ts';
import type { Demand } from './demand.ts';
import type { NodeShape } from './node-shape.ts';
import { score } from './score.ts';

/** A node with what is asked of it. */
export interface FilledNode {
  readonly node: NodeShape;
  readonly requested: Map<string, number>;
  /** As nodes are compared. */
  readonly scored: { cpu: number; memory: number };
}

/** Nodes that pods are put on, one after the other, as kube-scheduler does with its default profile. */
export class Placing {
  readonly #nodes: FilledNode[] = [];
  readonly #allowed = new Map<string, FilledNode[]>();

  constructor(nodes: readonly NodeShape[]) {
    for (const node of nodes) this.addNode(node);
  }

  get nodes(): readonly FilledNode[] {
    return this.#nodes;
  }

  addNode(node: NodeShape): void {
    this.#nodes.push({ node, requested: new Map(), scored: { cpu: 0, memory: 0 } });
    this.#allowed.clear();
  }

  /** Nodes that are filled alike, so that something can be tried. */
  copy(): Placing {
    const copied = new Placing([]);
    for (const { node, requested, scored } of this.#nodes)
      copied.#nodes.push({ node, requested: new Map(requested), scored: { ...scored } });
    return copied;
  }

  /** Counts a pod that is on a node already; what is on an unknown one is on none of these. */
  put(demand: Demand, name: string): void {
    const filled = this.#nodes.find(({ node }) => node.name === name);
    if (filled !== undefined) fill(filled, demand);
  }

  /** The same for a pod that is created anew and may be nowhere else; says whether the node has room. */
  putWhereRoom(demand: Demand, name: string): boolean {
    const filled = this.#nodes.find(({ node }) => node.name === name);
    if (filled !== undefined && !fits(filled, demand)) return false;
    this.put(demand, name);
    return true;
  }

  /** Puts a pod on the node that it fits best; says whether there is one. */
  place(demand: Demand): boolean {
    let best: FilledNode | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const filled of this.#allowedFor(demand)) {
      if (!fits(filled, demand)) continue;
      const points = score(filled, demand);
      if (points <= most) continue;
      best = filled;
      most = points;
    }
    if (best !== undefined) fill(best, demand);
    return best !== undefined;
  }

  #allowedFor({ constraints }: Demand): readonly FilledNode[] {
    const known = this.#allowed.get(constraints.key);
    if (known !== undefined) return known;
    const allowed = this.#nodes.filter(({ node }) => mayBeOn(constraints, node));
    this.#allowed.set(constraints.key, allowed);
    return allowed;
  }
}

const PODS = 'pods';

/** Whether what a pod asks for is still there. */
function fits({ node: { allocatable }, requested }: FilledNode, { requests }: Demand): boolean {
  if ((requested.get(PODS) ?? 0) + 1 > (allocatable.get(PODS) ?? 0)) return false;
  for (const [resource, amount] of requests)
    if (amount > 0 && (requested.get(resource) ?? 0) + amount > (allocatable.get(resource) ?? 0)) return false;
  return true;
}

function fill({ requested, scored }: FilledNode, demand: Demand): void {
  requested.set(PODS, (requested.get(PODS) ?? 0) + 1);
  for (const [resource, amount] of demand.requests) requested.set(resource, (requested.get(resource) ?? 0) + amount);
  scored.cpu += demand.scored.cpu;
  scored.memory += demand.scored.memory;
}
