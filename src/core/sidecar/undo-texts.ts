import type { Operation } from 'fast-json-patch';
import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import { ANNOTATIONS } from './names.ts';
import { hasContainerNameOfOurs } from './own-names.ts';
import type { ReadStatus } from './status.ts';
import { CREATABLE } from './undo-record.ts';
import { emptied, itemsOf, type Json, own, type Steps } from './undo-steps.ts';

/** Takes back what was written among the labels and annotations. */
export function textUndos(metadata: Json, annotations: Json, spec: Json, status: ReadStatus): Steps {
  const ofLabels = labelUndo(metadata, status);
  const { written, remarks } = writtenAnnotations(annotations, spec, status);
  const { undo } = status;
  const path = CREATABLE.annotations;
  const back = Object.entries(undo.was.annotations);
  if (written.length < Object.keys(annotations).length || back.length > 0)
    return {
      operations: [
        ...ofLabels.operations,
        ...written.map((key): Operation => ({ op: 'remove', path: path + pointer(key) })),
        ...back.map(([key, value]): Operation => returned(annotations, path, key, value)),
      ],
      remarks,
    };
  const outer = CREATABLE.metadata;
  const nothingElse = Object.keys(metadata).every(
    (key) => key === 'annotations' || (key === 'labels' && ofLabels.removed),
  );
  if (nothingElse && undo.created.includes(outer) && undo.created.includes(path))
    return { operations: [emptied(outer, {}, undo)], remarks };
  return { operations: [...ofLabels.operations, emptied(path, {}, undo)], remarks };
}

function labelUndo(metadata: Json, { undo }: ReadStatus): { operations: Operation[]; removed: boolean } {
  const labels = fieldsOf(metadata.labels);
  const written = undo.labels.filter((key) => Object.hasOwn(labels, key));
  const path = CREATABLE.labels;
  const back = Object.entries(undo.was.labels);
  if (written.length > 0 && written.length === Object.keys(labels).length && back.length === 0)
    return { operations: [emptied(path, {}, undo)], removed: undo.created.includes(path) };
  const operations = [
    ...written.map((key): Operation => ({ op: 'remove', path: path + pointer(key) })),
    ...back.map(([key, value]): Operation => returned(labels, path, key, value)),
  ];
  return { operations, removed: false };
}

const returned = (texts: Json, path: string, key: string, value: string): Operation => ({
  op: Object.hasOwn(texts, key) ? 'replace' : 'add',
  path: path + pointer(key),
  value,
});

function writtenAnnotations(annotations: Json, spec: Json, { undo }: ReadStatus) {
  const remarks: string[] = [];
  const keys = [...new Set([...Object.values(ANNOTATIONS), ...undo.annotations])];
  const written = keys.filter((key) => {
    if (!Object.hasOwn(annotations, key)) return false;
    if (key === ANNOTATIONS.status || key === ANNOTATIONS.envoyConfig) return true;
    if (!undo.annotations.includes(key)) return false;
    if (!DEFAULT_CONTAINERS.has(key)) return true;
    const asInjected = defaultContainersOf(annotations, spec, undo).includes(own(annotations, key));
    if (!asInjected) remarks.push(`the annotation ${key} was changed after the injection and stays`);
    return asInjected;
  });
  return { written, remarks };
}

const DEFAULT_CONTAINERS: ReadonlySet<string> = new Set([
  ANNOTATIONS.defaultContainer,
  ANNOTATIONS.defaultLogsContainer,
]);

// what an injection writes there, whichever profile it was; another value is the word of somebody else
function defaultContainersOf(annotations: Json, spec: Json, { annotations: added }: ReadStatus['undo']): unknown[] {
  const key = ANNOTATIONS.defaultContainer;
  const chosen = !added.includes(key) && Object.hasOwn(annotations, key) ? [own(annotations, key)] : [];
  const authors = itemsOf(spec, 'containers').find(
    (item) => isObject(item) && typeof item.name === 'string' && !hasContainerNameOfOurs({ name: item.name }),
  );
  return [...chosen, isObject(authors) ? authors.name : ''];
}
