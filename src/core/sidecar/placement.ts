import type { Pod } from '../kubernetes/pod.ts';
import type { Rendered } from './containers.ts';
import type { Injection } from './render.ts';
import { isOwnContainer, isOwnVolume } from './separate.ts';
import { stands } from './stands.ts';

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
 * Where the rendered parts go. Native sidecars go first, in front of the author’s init containers, whose traffic would
 * otherwise pass uncaptured; everything else goes last. In a pod that was injected before, a part that stands as it is
 * rendered is left alone, and one that does not is replaced in its place.
 */
export function placements(pod: Pod, injection: Injection, native: boolean, injectedBefore: boolean): Placement[] {
  return LISTS.map((list) => {
    const standing = pod.spec[list] ?? [];
    const wanted: readonly Rendered[] = injection[list];
    const first = native && list === 'initContainers';
    const keepsPlace = injectedBefore && (!first || startsWith(standing, wanted));
    const replaced = new Map<number, Rendered>();
    const removed: number[] = [];
    const placed = new Set<string>();
    standing.forEach((element, index) => {
      const ours = list === 'volumes' ? injectedBefore && isOwnVolume(element) : isOwnContainer(element);
      if (!ours) return;
      const rendered = wanted.find(({ name }) => name === element.name);
      if (rendered === undefined || !keepsPlace || placed.has(element.name)) {
        removed.push(index);
        return;
      }
      placed.add(element.name);
      if (!stands(rendered, element)) replaced.set(index, rendered);
    });
    const missing = wanted.filter(({ name }) => !placed.has(name));
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

const startsWith = (standing: readonly { readonly name: string }[], wanted: readonly Rendered[]): boolean =>
  wanted.every(({ name }, index) => standing[index]?.name === name);
