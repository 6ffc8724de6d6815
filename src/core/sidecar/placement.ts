import { isObject } from '../json/is-object.ts';
import { isSubset } from '../json/subset.ts';
import type { Pod } from '../kubernetes/pod.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import type { Rendered } from './containers.ts';
import type { Injection } from './render.ts';
import { isOwnContainer, isOwnVolume } from './separate.ts';

export const LISTS = ['volumes', 'initContainers', 'containers'] as const;
export type List = (typeof LISTS)[number];

/** What happens to one list of a pod’s spec, told by the positions it has now. */
export interface Placement {
  readonly list: List;
  /** Whether the list exists; when it does not, the new elements are the list. */
  readonly exists: boolean;
  readonly replaced: ReadonlyMap<number, Rendered>;
  readonly removed: readonly number[];
  readonly head: readonly Rendered[];
  readonly tail: readonly Rendered[];
}

/**
 * Where the rendered parts go. In a pod that was injected before, a part that stands keeps its place, and is left alone
 * when it says what is rendered, so that a second pass does not undo another webhook’s order. Otherwise native sidecars go
 * first, in front of the author’s init containers; everything else goes last.
 */
export function placements(pod: Pod, injection: Injection, native: boolean, injectedBefore: boolean): Placement[] {
  return LISTS.map((list) => {
    const standing = pod.spec[list] ?? [];
    const wanted: readonly Rendered[] = injection[list];
    const replaced = new Map<number, Rendered>();
    const removed: number[] = [];
    const placed = new Set<string>();
    standing.forEach((element, index) => {
      const ours = list === 'volumes' ? injectedBefore && isOwnVolume(element) : isOwnContainer(element);
      if (!ours) return;
      const rendered = wanted.find(({ name }) => name === element.name);
      if (rendered === undefined || !injectedBefore || placed.has(element.name)) {
        removed.push(index);
        return;
      }
      placed.add(element.name);
      if (!stands(rendered, element)) replaced.set(index, rendered);
    });
    const missing = wanted.filter(({ name }) => !placed.has(name));
    const first = native && list === 'initContainers';
    return {
      list,
      exists: Array.isArray(pod.spec[list]),
      replaced,
      removed,
      head: first ? missing : [],
      tail: first ? [] : missing,
    };
  });
}

/** Whether a rendered part stands in the pod, whatever defaults have been added to it since. */
const stands = (rendered: Rendered, element: unknown): boolean => isSubset(comparable(rendered), comparable(element));

// the API server writes quantities in its own spelling: 2000m becomes 2
function comparable(element: unknown): unknown {
  if (!isObject(element) || !isObject(element.resources)) return element;
  const resources = Object.entries(element.resources).map(([kind, amounts]) => [
    kind,
    isObject(amounts)
      ? Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, quantity(amount)]))
      : amounts,
  ]);
  return { ...element, resources: Object.fromEntries(resources) };
}

const quantity = (amount: unknown): unknown =>
  typeof amount === 'string' ? (quantityValue(amount) ?? amount) : amount;
