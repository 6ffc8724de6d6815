import type { Pod } from '../kubernetes/pod.ts';
import { fieldAt } from './fields.ts';
import { type ContainerChange, type Injection, LISTS, type List, partsOf, type Rendered } from './rendering.ts';
import type { OwnParts } from './separate.ts';
import { stands } from './stands.ts';

/** What happens to one list of a pod’s spec, told by the positions it has now. */
export interface Placement {
  readonly list: List;
  /** Whether the list exists; when it does not, the new elements are the list. */
  readonly exists: boolean;
  readonly replaced: ReadonlyMap<number, Rendered>;
  readonly removed: readonly number[];
  readonly head: readonly Rendered[];
  readonly tail: readonly Rendered[];
  /** Fields of elements that stay. */
  readonly fields: readonly PlacedField[];
}

/** A field that gets another value, or goes when the value is undefined. */
export interface PlacedField {
  readonly index: number;
  readonly path: readonly string[];
  readonly value: unknown;
}

interface Element {
  readonly name?: string | null;
}

const NONE_REPLACED: ReadonlyMap<number, Rendered> = new Map();

/**
 * Where the rendered parts go. In a pod that was injected before, a part that stands as it is rendered is left alone, and one
 * that does not is replaced in its place; where parts in front are not the first any more, all of them are put there again.
 */
export function placements(pod: Pod, injection: Injection, own: OwnParts, injectedBefore: boolean): Placement[] {
  return LISTS.map((list) => placementIn(list, pod, injection, own, injectedBefore));
}

function placementIn(list: List, pod: Pod, injection: Injection, own: OwnParts, injectedBefore: boolean): Placement {
  const standing: readonly Element[] = pod.spec[list] ?? [];
  const { first, last } = injection[list];
  const wanted = partsOf(injection[list]);
  const isOurs = belongsToUs(list, wanted, own, injectedBefore);
  const authors: number[] = [];
  standing.forEach((element, index) => {
    if (!isOurs(element)) authors.push(index);
  });
  const exists = Array.isArray(pod.spec[list]);
  const fields = placedFields(list, standing, authors, injection.changes);
  // the same lists of parts, since their operations are made once
  if (authors.length === standing.length)
    return { list, exists, replaced: NONE_REPLACED, removed: [], head: first, tail: last, fields };
  const keepsPlace = injectedBefore && startsWith(standing, first);
  const replaced = new Map<number, Rendered>();
  const removed: number[] = [];
  const placed = new Set<string>();
  standing.forEach((element, index) => {
    if (!isOurs(element)) return;
    const rendered = wanted.find(({ name }) => name === element.name);
    if (rendered === undefined || !keepsPlace || placed.has(rendered.name)) {
      removed.push(index);
      return;
    }
    placed.add(rendered.name);
    if (!stands(rendered, element)) replaced.set(index, rendered);
  });
  const missing = ({ name }: Rendered) => !placed.has(name);
  return { list, exists, replaced, removed, head: first.filter(missing), tail: last.filter(missing), fields };
}

// volumes of our names, and those that are rendered, are ours only in a pod that was injected before; a pull secret has no owner,
// and one is enough
function belongsToUs(list: List, wanted: readonly Rendered[], own: OwnParts, injectedBefore: boolean) {
  const isWanted = ({ name }: Element) => wanted.some((part) => part.name === name);
  if (list === 'volumes')
    return (volume: Element) => injectedBefore && (own.volumes.has(volume.name ?? '') || isWanted(volume));
  if (list === 'imagePullSecrets') return isWanted;
  return ({ name }: Element) => own.containers.has(name ?? '');
}

const startsWith = (standing: readonly Element[], wanted: readonly Rendered[]): boolean =>
  wanted.every(({ name }, index) => standing[index]?.name === name);

function placedFields(
  list: List,
  standing: readonly Element[],
  authors: readonly number[],
  changes: readonly ContainerChange[],
): PlacedField[] {
  const fields: PlacedField[] = [];
  for (const change of changes) {
    const index = change.list === list ? authors[change.index] : undefined;
    const element = index === undefined ? undefined : standing[index];
    if (index === undefined || element === undefined) continue;
    const { path, value } = change;
    const there = fieldAt(element as Readonly<Record<string, unknown>>, path);
    if (there !== value && (value === undefined || !stands(value, there))) fields.push({ index, path, value });
  }
  return fields;
}
