import type { Operation } from 'fast-json-patch';
import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import type { Problem } from '../problem/problem.ts';
import { fieldAt } from './fields.ts';
import { ANNOTATIONS } from './names.ts';
import { hasContainerNameOfOurs, hasVolumeNameOfOurs } from './own-names.ts';
import { type ReadStatus, statusFrom } from './status.ts';
import { CREATABLE, isOverrideImage, spellsNull } from './undo-record.ts';

/** What has to happen to a pod or pod template so that it is what its author wrote. */
export type Undo =
  /** Nothing of an injection is in it. */
  | { readonly kind: 'untouched' }
  /** It carries parts of ours and no record of how they came there. */
  | { readonly kind: 'unrecorded'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'undone';
      readonly operations: readonly Operation[];
      /** By path: how a null or empty value was written before. */
      readonly spellings: ReadonlyMap<string, string>;
      /** Where the record and the pod contradict each other. */
      readonly remarks: readonly string[];
    };

type Json = Readonly<Record<string, unknown>>;

const CONTAINER_LISTS = ['initContainers', 'containers'] as const;

/** Takes an injection back by the record that it left, and by nothing else. Works on any JSON object. */
export function undoOf(template: Json): Undo {
  const metadata = metadataOf(template);
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  const text = own(annotations, ANNOTATIONS.status);
  const status = typeof text === 'string' ? statusFrom(text) : undefined;
  const spec = isObject(template.spec) ? template.spec : {};
  if (status === undefined) {
    const problems = partsOf(spec).map(({ path, message }) => ({ path, message }));
    return problems.length === 0 ? { kind: 'untouched' } : { kind: 'unrecorded', problems };
  }
  const lists = listUndos(spec, status);
  const ofAnnotations = annotationUndo(metadata, annotations, spec, status);
  const ofLabels = labelUndo(metadata, status);
  const spellings = Object.entries(status.undo.replaced);
  return {
    kind: 'undone',
    operations: [...ofLabels, ...ofAnnotations.operations, ...fieldUndos(spec, status), ...lists.operations],
    spellings: new Map(spellings),
    remarks: [...ofAnnotations.remarks, ...lists.remarks],
  };
}

interface Part {
  readonly list: string;
  readonly index: number;
  readonly name: string;
  readonly path: string;
  readonly message: string;
}

/** Everything that stands under our names and is no wish of the author for another shape of ours. */
function partsOf(spec: Json): Part[] {
  return ['initContainers', 'containers', 'volumes'].flatMap((list) => {
    const kind = list === 'volumes' ? 'volume' : 'container';
    return itemsOf(spec, list).flatMap((item, index): Part[] => {
      if (!isObject(item) || typeof item.name !== 'string') return [];
      const { name } = item;
      const ours =
        kind === 'volume'
          ? hasVolumeNameOfOurs({ name })
          : hasContainerNameOfOurs({ name }) && !isOverrideImage(item.image);
      const path = pointer('spec', list, index);
      const message = `the ${kind} ${name} has a name of ours, and no readable ${ANNOTATIONS.status} says how it came there; remove it by hand if it is a sidecar`;
      return ours ? [{ list, index, name, path, message }] : [];
    });
  });
}

const secretsOf = (spec: Json, secrets: ReadonlySet<unknown>): Part[] =>
  itemsOf(spec, 'imagePullSecrets').flatMap((item, index): Part[] => {
    if (!isObject(item) || typeof item.name !== 'string' || !secrets.has(item.name)) return [];
    const list = 'imagePullSecrets';
    return [{ list, index, name: item.name, path: pointer('spec', list, index), message: '' }];
  });

/** Puts the fields of the author’s containers back; one whose container went is gone with it. */
function fieldUndos(spec: Json, { undo }: ReadStatus): Operation[] {
  return undo.was.fields.flatMap(({ list, container, path, value }): Operation[] => {
    const index = itemsOf(spec, list).findIndex((item) => isObject(item) && item.name === container);
    const there = index < 0 ? undefined : (itemsOf(spec, list)[index] as Json);
    const parent = there === undefined ? undefined : path.length === 1 ? there : fieldAt(there, path.slice(0, -1));
    if (there === undefined || !isObject(parent)) return [];
    const at = pointer('spec', list, index, ...path);
    const stands = fieldAt(there, path) !== undefined;
    if (value === undefined) return stands ? [{ op: 'remove', path: at }] : [];
    return [{ op: stands ? 'replace' : 'add', path: at, value }];
  });
}

function labelUndo(metadata: Json, { undo }: ReadStatus): Operation[] {
  const labels = isObject(metadata.labels) ? metadata.labels : {};
  const removed = undo.labels.filter((key) => Object.hasOwn(labels, key));
  const path = CREATABLE.labels;
  const back = Object.entries(undo.was.labels);
  if (removed.length > 0 && removed.length === Object.keys(labels).length && back.length === 0)
    return [emptied(path, {}, undo)];
  return [
    ...removed.map((key): Operation => ({ op: 'remove', path: path + pointer(key) })),
    ...back.map(([key, value]): Operation => returned(labels, path, key, value)),
  ];
}

const returned = (texts: Json, path: string, key: string, value: string): Operation => ({
  op: Object.hasOwn(texts, key) ? 'replace' : 'add',
  path: path + pointer(key),
  value,
});

interface Steps {
  readonly operations: Operation[];
  readonly remarks: string[];
}

function listUndos(spec: Json, { names, secrets, overrides, undo }: ReadStatus): Steps {
  const parts = [...partsOf(spec), ...secretsOf(spec, secrets)];
  const standing = new Set<unknown>(parts.map(({ name }) => name));
  const lost = [...names].filter((name) => typeof name === 'string' && isOurs(name) && !standing.has(name));
  const kept = parts.filter(({ name }) => !names.has(name));
  const operations = [...CONTAINER_LISTS, 'volumes', 'imagePullSecrets'].flatMap((list): Operation[] => {
    const removed = parts.filter((part) => part.list === list && names.has(part.name)).map(({ index }) => index);
    const returned = overrides
      .filter(({ at }) => at.startsWith(`/spec/${list}/`))
      .map(({ at, ...container }) => ({ container, index: Number(at.slice(at.lastIndexOf('/') + 1)) }))
      .toSorted((one, other) => one.index - other.index);
    const path = `/spec/${list}`;
    const stands = Array.isArray(own(spec, list));
    const left = itemsOf(spec, list).length - removed.length;
    // a list that an update has emptied is as little its author’s as a full one
    if (stands && left + returned.length === 0 && (removed.length > 0 || isInjected(path, undo)))
      return [emptied(path, [], undo)];
    if (removed.length + returned.length === 0) return [];
    if (!stands) return [{ op: 'add', path, value: returned.map(({ container }) => container) }];
    return [
      ...removed.toReversed().map((index): Operation => ({ op: 'remove', path: `${path}/${index}` })),
      ...returned.map(
        ({ container, index }, before): Operation => ({
          op: 'add',
          path: `${path}/${Math.min(index, left + before)}`,
          value: container,
        }),
      ),
    ];
  });
  return {
    operations,
    remarks: [
      ...lost.map((name) => `${ANNOTATIONS.status} names ${name}, which does not stand there`),
      ...kept.map(({ name, path }) => `${path} (${name}) is not named by ${ANNOTATIONS.status} and stays`),
    ],
  };
}

const isOurs = (name: string): boolean => hasContainerNameOfOurs({ name }) || hasVolumeNameOfOurs({ name });

const isInjected = (path: string, { created, replaced }: ReadStatus['undo']): boolean =>
  created.includes(path) || Object.hasOwn(replaced, path);

// that an empty list or map was not there before is known only by the record
function emptied(path: string, empty: unknown, { created, replaced }: ReadStatus['undo']): Operation {
  if (!created.includes(path)) return { op: 'replace', path, value: empty };
  const spelling = replaced[path];
  return spelling !== undefined && spellsNull(spelling) ? { op: 'replace', path, value: null } : { op: 'remove', path };
}

function annotationUndo(metadata: Json, annotations: Json, spec: Json, { undo }: ReadStatus): Steps {
  const remarks: string[] = [];
  const written = [...new Set([...Object.values(ANNOTATIONS), ...undo.annotations])];
  const removed = written.filter((key) => {
    if (!Object.hasOwn(annotations, key)) return false;
    if (key === ANNOTATIONS.status || key === ANNOTATIONS.envoyConfig) return true;
    if (!undo.annotations.includes(key)) return false;
    if (!DEFAULT_CONTAINERS.has(key)) return true;
    const asInjected = own(annotations, key) === defaultContainerOf(annotations, spec, undo);
    if (!asInjected) remarks.push(`the annotation ${key} was changed after the injection and stays`);
    return asInjected;
  });
  const path = CREATABLE.annotations;
  const back = Object.entries(undo.was.annotations);
  if (removed.length < Object.keys(annotations).length || back.length > 0)
    return {
      operations: [
        ...removed.map((key): Operation => ({ op: 'remove', path: path + pointer(key) })),
        ...back.map(([key, value]): Operation => returned(annotations, path, key, value)),
      ],
      remarks,
    };
  const onlyAnnotations = Object.keys(metadata).length === 1;
  const outer = CREATABLE.metadata;
  const removesAll = onlyAnnotations && undo.created.includes(outer) && undo.created.includes(path);
  return { operations: [removesAll ? emptied(outer, {}, undo) : emptied(path, {}, undo)], remarks };
}

const DEFAULT_CONTAINERS: ReadonlySet<string> = new Set([
  ANNOTATIONS.defaultContainer,
  ANNOTATIONS.defaultLogsContainer,
]);

// what an injection writes there; another value is the word of somebody else
function defaultContainerOf(annotations: Json, spec: Json, { annotations: added }: ReadStatus['undo']): unknown {
  const key = ANNOTATIONS.defaultContainer;
  if (!added.includes(key) && Object.hasOwn(annotations, key)) return own(annotations, key);
  const authors = itemsOf(spec, 'containers').find(
    (item) => isObject(item) && typeof item.name === 'string' && !hasContainerNameOfOurs({ name: item.name }),
  );
  return isObject(authors) ? authors.name : '';
}

const own = (object: Json, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

const itemsOf = (spec: Json, list: string): readonly unknown[] => {
  const items = own(spec, list);
  return Array.isArray(items) ? items : [];
};
