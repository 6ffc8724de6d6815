import type { Operation } from 'fast-json-patch';
import { pointer, pointerToken } from '../json/pointer.ts';
import { annotationsOf, type Labels, labelsOf, ownValue, type Pod } from '../kubernetes/pod.ts';
import { additions } from './element-operation.ts';
import { fieldAt, withField } from './fields.ts';
import { ANNOTATIONS } from './names.ts';
import { type PlacedField, type Placement, placements } from './placement.ts';
import type { Injection } from './rendering.ts';
import type { OwnParts } from './separate.ts';

/** Everything an injection changes about one pod. */
export interface Edit {
  /** Labels whose value is new or different. */
  readonly labels: ReadonlyMap<string, string>;
  /** Annotations whose value is new or different. */
  readonly annotations: ReadonlyMap<string, string>;
  readonly removedAnnotations: readonly string[];
  readonly placements: readonly Placement[];
}

/**
 * What has to change so that the pod carries the injection.
 * @returns undefined when it carries all of it already
 */
export function editFor(pod: Pod, injection: Injection, own: OwnParts, injectedBefore: boolean): Edit | undefined {
  const standing = annotationsOf(pod);
  const annotations = differing(injection.annotations, standing);
  const labels = differing(injection.labels, labelsOf(pod));
  const removedAnnotations = injection.removedAnnotations.filter((key) => ownValue(standing, key) !== undefined);
  const placed = placements(pod, injection, own, injectedBefore);
  const untouched =
    injectedBefore &&
    [...annotations.keys()].every((key) => key === ANNOTATIONS.status) &&
    labels.size + removedAnnotations.length === 0 &&
    placed.every(
      ({ replaced, removed, head, tail, fields }) =>
        replaced.size + removed.length + head.length + tail.length + fields.length === 0,
    );
  return untouched ? undefined : { labels, annotations, removedAnnotations, placements: placed };
}

function differing(wanted: Labels, standing: Labels): Map<string, string> {
  const found = new Map<string, string>();
  for (const key of Object.keys(wanted)) {
    const value = wanted[key] ?? '';
    if (ownValue(standing, key) !== value) found.set(key, value);
  }
  return found;
}

/**
 * The edit as an RFC 6902 list of operations on the pod. Elements are inserted and removed whole, so that fields this
 * version of Pillion does not know stay where they are; a comparison by index would move them to another container.
 * @param written what stands for the value of a label or annotation when the operations are written as JSON
 */
export function patchOf(
  pod: Pod,
  { labels, annotations, removedAnnotations, placements: placed }: Edit,
  written: (text: string) => unknown = (text) => text,
): Operation[] {
  const { metadata } = pod;
  const operations = mapOperations('/metadata/labels', metadata.labels, labels, written);
  for (const key of removedAnnotations)
    operations.push({ op: 'remove', path: `/metadata/annotations/${pointerToken(key)}` });
  operations.push(...mapOperations('/metadata/annotations', metadata.annotations, annotations, written));
  // one by one: a pod may have more containers than a call may have arguments
  for (const placement of placed) for (const operation of listOperations(pod, placement)) operations.push(operation);
  return operations;
}

function mapOperations(
  path: string,
  standing: Labels | null | undefined,
  texts: ReadonlyMap<string, string>,
  written: (text: string) => unknown,
): Operation[] {
  if (texts.size === 0) return [];
  if (!standing) {
    const value = Object.fromEntries([...texts].map(([key, text]) => [key, written(text)]));
    return [{ op: 'add', path, value }];
  }
  const operations: Operation[] = [];
  for (const [key, text] of texts)
    operations.push({ op: 'add', path: `${path}/${pointerToken(key)}`, value: written(text) });
  return operations;
}

function listOperations(pod: Pod, { list, exists, replaced, removed, head, tail, fields }: Placement): Operation[] {
  const path = `/spec/${list}`;
  if (!exists) {
    const value = [...head, ...tail];
    return value.length === 0 ? [] : [{ op: 'add', path, value }];
  }
  const standing: readonly unknown[] = pod.spec[list] ?? [];
  const operations = fields.map((field) => fieldOperation(`${path}/${field.index}`, standing[field.index], field));
  for (const [index, value] of replaced) operations.push({ op: 'replace', path: `${path}/${index}`, value });
  // from the back, so that the positions in front keep their numbers
  for (const index of removed.toReversed()) operations.push({ op: 'remove', path: `${path}/${index}` });
  operations.push(...additions(path, head, (index) => index), ...additions(path, tail, () => '-'));
  return operations;
}

function fieldOperation(at: string, element: unknown, { path, value }: PlacedField): Operation {
  const container = element as Readonly<Record<string, unknown>>;
  const where = at + pointer(...path);
  if (value === undefined) return { op: 'remove', path: where };
  return { op: fieldAt(container, path) === undefined ? 'add' : 'replace', path: where, value };
}

/** The injected pod, built without the patch; a property test holds both equal. */
export function edited(pod: Pod, { labels, annotations, removedAnnotations, placements: placed }: Edit): Pod {
  const spec: Record<string, unknown> = { ...pod.spec };
  for (const { list, replaced, removed, head, tail, fields } of placed) {
    const standing: readonly unknown[] = pod.spec[list] ?? [];
    const changed = standing.map((element, index) =>
      fields
        .filter((field) => field.index === index)
        .reduce((made, { path, value }) => withField(made, path, value), element as Readonly<Record<string, unknown>>),
    );
    const kept = changed.map((element, index) => replaced.get(index) ?? element);
    const now = [...head, ...kept.filter((_, index) => !removed.includes(index)), ...tail];
    if (now.length > 0 || Array.isArray(pod.spec[list])) spec[list] = now;
  }
  const { labels: _labels, annotations: _annotations, ...others } = pod.metadata;
  const metadata = {
    ...others,
    ...mapOf('labels', pod.metadata.labels, labels, []),
    ...mapOf('annotations', pod.metadata.annotations, annotations, removedAnnotations),
  };
  return { ...pod, metadata, spec: spec as Pod['spec'] };
}

function mapOf(
  key: 'labels' | 'annotations',
  standing: Labels | null | undefined,
  added: ReadonlyMap<string, string>,
  removed: readonly string[],
): object {
  if (added.size + removed.length === 0) return standing === undefined ? {} : { [key]: standing };
  const kept = Object.entries(standing ?? {}).filter(([name]) => !removed.includes(name));
  return { [key]: { ...Object.fromEntries(kept), ...Object.fromEntries(added) } };
}
