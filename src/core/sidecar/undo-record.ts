import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import { sortedKeys } from '../json/sorted-keys.ts';
import { annotationsOf, type Labels, labelsOf, ownValue, type Pod } from '../kubernetes/pod.ts';
import { fieldAt, isProbeHandler, isRecordedField, type RecordedField } from './fields.ts';
import { ANNOTATIONS } from './names.ts';
import { type Injection, partsOf } from './rendering.ts';

/** What has to be known beside the names of the injected parts, so that an injection can be taken back without a trace. */
export interface UndoRecord {
  /** Keys of annotations that were not there before. */
  readonly annotations: readonly string[];
  /** Keys of labels that were not there before. */
  readonly labels: readonly string[];
  /** JSON pointers into the pod: maps and lists that were not there before. */
  readonly created: readonly string[];
  /** By the same pointers: how an empty or null one was spelled in the file it was injected in, where that is not obvious. */
  readonly replaced: Readonly<Record<string, string>>;
  readonly was: Was;
}

/** What stood where something else stands now. */
export interface Was {
  readonly annotations: Labels;
  readonly labels: Labels;
  /** Fields of the author’s containers, the outer before the inner. */
  readonly fields: readonly RecordedField[];
}

/** Everything that an injection may have created, the outer before the inner. */
export const CREATABLE = {
  metadata: '/metadata',
  labels: '/metadata/labels',
  annotations: '/metadata/annotations',
  initContainers: '/spec/initContainers',
  volumes: '/spec/volumes',
  imagePullSecrets: '/spec/imagePullSecrets',
} as const;

const POINTERS: readonly string[] = Object.values(CREATABLE);

const NO_TEXTS: Labels = Object.freeze({});
const NOTHING_REPLACED: Was = Object.freeze({ annotations: NO_TEXTS, labels: NO_TEXTS, fields: [] });
const NOTHING_TO_UNDO: UndoRecord = Object.freeze({
  annotations: [],
  labels: [],
  created: [],
  replaced: {},
  was: NOTHING_REPLACED,
});

/**
 * What an injection into this pod adds or replaces.
 * @param pod as it stands
 * @param original as its author wrote it
 * @param earlier what an earlier injection left to be undone
 */
export function undoRecordOf(pod: Pod, original: Pod, injection: Injection, earlier = NOTHING_TO_UNDO): UndoRecord {
  const written = [...Object.keys(injection.annotations), ANNOTATIONS.status];
  const annotations = textsOf(written, annotationsOf(pod), earlier.annotations);
  const labels = textsOf(Object.keys(injection.labels), labelsOf(pod), earlier.labels);
  const { metadata, spec } = pod;
  const brings = (list: 'initContainers' | 'imagePullSecrets') => partsOf(injection[list]).length > 0;
  const absent: readonly unknown[] = [
    Object.keys(injection.labels).length > 0 && !metadata.labels && CREATABLE.labels,
    !metadata.annotations && CREATABLE.annotations,
    brings('initContainers') && !spec.initContainers && CREATABLE.initContainers,
    !spec.volumes && CREATABLE.volumes,
    brings('imagePullSecrets') && !spec.imagePullSecrets && CREATABLE.imagePullSecrets,
  ];
  const created = POINTERS.filter((path) => absent.includes(path) || earlier.created.includes(path));
  return { annotations, labels, created, replaced: earlier.replaced, was: wasBefore(original, injection) };
}

// what an earlier injection wrote and the author did not take away is ours as well
function textsOf(written: readonly string[], standing: Labels, earlier: readonly string[]): string[] {
  const added = written.filter((key) => ownValue(standing, key) === undefined || earlier.includes(key));
  if (earlier.length === 0) return added;
  return [...new Set([...earlier.filter((key) => ownValue(standing, key) !== undefined), ...added])];
}

function wasBefore(original: Pod, { annotations, labels, removedAnnotations, changes }: Injection): Was {
  const authors = annotationsOf(original);
  const replaced = replacedIn(authors, annotations);
  const removed = removedAnnotations.filter((key) => ownValue(authors, key) !== undefined);
  return {
    annotations:
      removed.length === 0
        ? replaced
        : { ...replaced, ...Object.fromEntries(removed.map((key) => [key, authors[key] ?? ''])) },
    labels: replacedIn(labelsOf(original), labels),
    fields: fieldsBefore(original, changes),
  };
}

function fieldsBefore(original: Pod, changes: Injection['changes']): RecordedField[] {
  const fields: RecordedField[] = [];
  for (const { list, index, path } of changes) {
    const container = original.spec[list]?.[index];
    if (container === undefined) continue;
    const value = fieldAt(container, path);
    const there = value === undefined ? {} : { value: sortedKeys(value) };
    fields.push({ list, container: container.name, path, ...there });
  }
  return fields;
}

function replacedIn(authors: Labels, written: Labels): Labels {
  const replaced: [key: string, value: string][] = [];
  for (const key of Object.keys(written)) {
    const value = ownValue(authors, key);
    if (value !== undefined && value !== written[key]) replaced.push([key, value]);
  }
  return replaced.length === 0 ? NO_TEXTS : Object.fromEntries(replaced);
}

const KEYS: readonly string[] = Object.values(ANNOTATIONS);

/**
 * Reads the record back from a status, which anybody can write: only what an injection can have done counts.
 * @param whole whether it can have written any annotation, labels, and fields beside those of probes
 */
export function readUndoRecord(status: Readonly<Record<string, unknown>>, whole: boolean): UndoRecord {
  const injected = fieldsOf(status.injected);
  const replaced = isObject(status.replaced) ? Object.entries(status.replaced) : [];
  const was = fieldsOf(status.was);
  const fields = Array.isArray(was.fields) ? was.fields.filter(isRecordedField) : [];
  return {
    annotations: keysIn(injected.annotations).filter((key) => whole || KEYS.includes(key)),
    labels: whole ? keysIn(injected.labels) : [],
    created: listed(status.created, POINTERS),
    replaced: Object.fromEntries(replaced.flatMap(([path, text]) => (isSpelling(path, text) ? [[path, text]] : []))),
    was: {
      annotations: whole ? textsIn(was.annotations) : NO_TEXTS,
      labels: whole ? textsIn(was.labels) : NO_TEXTS,
      fields: whole ? fields : fields.filter(isProbeHandler),
    },
  };
}

const keysIn = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((key): key is string => typeof key === 'string' && key !== '') : [];

const textsIn = (map: unknown): Labels =>
  isObject(map)
    ? Object.fromEntries(Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
    : NO_TEXTS;

/** Those of the known texts that a list of unknown shape holds. */
const listed = (list: unknown, known: readonly string[]): readonly string[] =>
  Array.isArray(list) ? known.filter((text) => list.includes(text)) : [];

const NULL = /^[ \t]*(?:~|null|Null|NULL)?$/;
const EMPTY_MAP = /^[ \t]*\{\s*\}$/;
const EMPTY_LIST = /^[ \t]*\[\s*\]$/;
const LONGEST_SPELLING = 200;

/** Whether a text spells null in YAML. */
export const spellsNull = (text: string): boolean => NULL.test(text);

/** Whether the text is one of the ways to write a null or an empty collection at a place where an injection creates one. */
export function isSpelling(path: string, text: unknown): text is string {
  if (!POINTERS.includes(path) || typeof text !== 'string' || text.length > LONGEST_SPELLING) return false;
  return NULL.test(text) || (path.startsWith(CREATABLE.metadata) ? EMPTY_MAP : EMPTY_LIST).test(text);
}
