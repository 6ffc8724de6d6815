import { itemsOf, type Json } from '../../compatibility/fit-object.ts';
import { fieldsOf } from '../../json/fields-of.ts';
import { metadataOf } from '../../kubernetes/metadata.ts';
import type { Labels } from '../../kubernetes/pod.ts';
import { type Resources, resourcesIn } from './resources.ts';

/** What of a node says which pods it takes. */
export interface NodeShape {
  readonly name: string;
  readonly labels: Labels;
  readonly taints: readonly Json[];
  readonly unschedulable: boolean;
  /** What its pods may ask for together. */
  readonly allocatable: Resources;
}

/** A Node of the API as the scheduler sees it; undefined for one that says nothing about what it has. */
export function nodeShapeOf(node: unknown): NodeShape | undefined {
  const { spec, status } = fieldsOf(node);
  const { name, labels } = metadataOf(node);
  const allocatable = resourcesIn(fieldsOf(status).allocatable);
  if (typeof name !== 'string' || !allocatable.has('cpu')) return undefined;
  const { taints, unschedulable } = fieldsOf(spec);
  return {
    name,
    labels: fieldsOf(labels) as Labels,
    taints: itemsOf(taints),
    unschedulable: unschedulable === true,
    allocatable,
  };
}

const OF_ONE_NODE = 'kubernetes.io/hostname';

/** What is the same for nodes that take the same pods. */
export const kindOfNode = ({ labels, taints, allocatable }: NodeShape): string =>
  JSON.stringify([
    Object.entries(labels)
      .filter(([key]) => key !== OF_ONE_NODE)
      .sort(),
    taints,
    [...allocatable].sort(),
  ]);

/** One more node like this one. */
export const anotherLike = (node: NodeShape, number: number): NodeShape => {
  const name = `${node.name}+${number}`;
  return { ...node, name, labels: { ...node.labels, [OF_ONE_NODE]: name }, unschedulable: false };
};
