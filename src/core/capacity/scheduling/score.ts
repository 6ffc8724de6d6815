import type { Demand } from './demand.ts';
import type { FilledNode } from './placing.ts';

const MOST = 100;
const COMPARED = ['cpu', 'memory'] as const;

/**
 * How well a pod fits a node: what would be left (NodeResourcesFit, LeastAllocated) and whether CPU and memory are used alike
 * (NodeResourcesBalancedAllocation), each with the weight 1 that they have by default. Kubernetes v1.37,
 * pkg/scheduler/framework/plugins/noderesources: least_allocated.go, balanced_allocation.go.
 */
export const score = (filled: FilledNode, demand: Demand): number =>
  leastAllocated(filled, demand) + balance(filled, demand);

function leastAllocated({ node: { allocatable }, scored }: FilledNode, demand: Demand): number {
  let sum = 0;
  for (const resource of COMPARED) {
    const [capacity, wanted] = [allocatable.get(resource) ?? 0, scored[resource] + demand.scored[resource]];
    if (capacity > 0 && wanted <= capacity) sum += Math.floor(((capacity - wanted) * MOST) / capacity);
  }
  return Math.floor(sum / COMPARED.length);
}

function balance({ node: { allocatable }, requested }: FilledNode, { requests, asksForNothing }: Demand): number {
  if (asksForNothing) return 0;
  const fraction = (resource: string, more: number) =>
    Math.min(1, ((requested.get(resource) ?? 0) + more) / (allocatable.get(resource) ?? 1));
  const balanced = (more: (resource: string) => number) =>
    Math.trunc((1 - Math.abs(fraction('cpu', more('cpu')) - fraction('memory', more('memory'))) / 2) * MOST);
  const before = balanced(() => 0);
  const after = balanced((resource) => requests.get(resource) ?? 0);
  return MOST / 2 + Math.trunc((MOST / 2 + after - before) / 2);
}
