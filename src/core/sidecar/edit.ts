import type { Operation } from 'fast-json-patch';
import { pointerToken } from '../json/pointer.ts';
import { annotationsOf, ownValue, type Pod } from '../kubernetes/pod.ts';
import { ANNOTATIONS } from './names.ts';
import { type Placement, placements } from './placement.ts';
import type { Injection } from './render.ts';

/** Everything an injection changes about one pod. */
export interface Edit {
  /** Annotations whose value is new or different. */
  readonly annotations: ReadonlyMap<string, string>;
  readonly placements: readonly Placement[];
}

/**
 * What has to change so that the pod carries the injection.
 * @returns undefined when it carries all of it already
 */
export function editFor(pod: Pod, injection: Injection, native: boolean, injectedBefore: boolean): Edit | undefined {
  const standing = annotationsOf(pod);
  const annotations = new Map(
    Object.entries(injection.annotations).filter(([key, value]) => ownValue(standing, key) !== value),
  );
  const placed = placements(pod, injection, native, injectedBefore);
  const untouched =
    injectedBefore &&
    [...annotations.keys()].every((key) => key === ANNOTATIONS.status) &&
    placed.every(
      ({ replaced, removed, head, tail }) => replaced.size + removed.length + head.length + tail.length === 0,
    );
  return untouched ? undefined : { annotations, placements: placed };
}

/**
 * The edit as an RFC 6902 list of operations on the pod. Elements are inserted and removed whole, so that fields this
 * version of Pillion does not know stay where they are; a comparison by index would move them to another container.
 * @param written what stands for the value of an annotation when the operations are written as JSON
 */
export function patchOf(
  pod: Pod,
  { annotations, placements: placed }: Edit,
  written: (annotation: string) => unknown = (annotation) => annotation,
): Operation[] {
  const operations: Operation[] = [];
  const values = [...annotations].map(([key, value]) => [key, written(value)] as const);
  if (pod.metadata.annotations)
    for (const [key, value] of values)
      operations.push({ op: 'add', path: `/metadata/annotations/${pointerToken(key)}`, value });
  else operations.push({ op: 'add', path: '/metadata/annotations', value: Object.fromEntries(values) });
  for (const placement of placed) operations.push(...listOperations(placement));
  return operations;
}

function listOperations({ list, exists, replaced, removed, head, tail }: Placement): Operation[] {
  const path = `/spec/${list}`;
  if (!exists) {
    const value = [...head, ...tail];
    return value.length === 0 ? [] : [{ op: 'add', path, value }];
  }
  return [
    ...[...replaced].map(([index, value]): Operation => ({ op: 'replace', path: `${path}/${index}`, value })),
    // from the back, so that the positions in front keep their numbers
    ...removed.toReversed().map((index): Operation => ({ op: 'remove', path: `${path}/${index}` })),
    ...head.map((value, index): Operation => ({ op: 'add', path: `${path}/${index}`, value })),
    ...tail.map((value): Operation => ({ op: 'add', path: `${path}/-`, value })),
  ];
}

/** The injected pod, built without the patch; a property test holds both equal. */
export function edited(pod: Pod, { annotations, placements: placed }: Edit): Pod {
  const spec: Record<string, unknown> = { ...pod.spec };
  for (const { list, replaced, removed, head, tail } of placed) {
    const standing: readonly unknown[] = pod.spec[list] ?? [];
    const kept = standing.map((element, index) => replaced.get(index) ?? element);
    const now = [...head, ...kept.filter((_, index) => !removed.includes(index)), ...tail];
    if (now.length > 0 || Array.isArray(pod.spec[list])) spec[list] = now;
  }
  const metadata = {
    ...pod.metadata,
    annotations: { ...pod.metadata.annotations, ...Object.fromEntries(annotations) },
  };
  return { ...pod, metadata, spec: spec as Pod['spec'] };
}
