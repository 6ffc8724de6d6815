import { isObject } from '../json/is-object.ts';
import { annotationsOf, type Container, isContainer, ownValue, type Pod } from '../kubernetes/pod.ts';
import { ANNOTATIONS, REDIRECT, SIDECAR, TOKEN_DIRECTORY } from './names.ts';

/** What has to be known beside the names of the injected parts, so that an injection can be taken back without a trace. */
export interface UndoRecord {
  /** Keys of annotations that were not there before. */
  readonly annotations: readonly string[];
  /** JSON pointers into the pod: maps and lists that were not there before. */
  readonly created: readonly string[];
  /** By the same pointers: how an empty or null one was spelled in the file it was injected in, where that is not obvious. */
  readonly replaced: Readonly<Record<string, string>>;
}

/** A container of the author that was merged into ours, and where it stood. */
export type RecordedOverride = Container & { readonly at: string };

/** Everything that an injection may have created, the outer before the inner. */
export const CREATABLE = {
  metadata: '/metadata',
  annotations: '/metadata/annotations',
  initContainers: '/spec/initContainers',
  volumes: '/spec/volumes',
} as const;

const POINTERS: readonly string[] = Object.values(CREATABLE);
const KEYS: readonly string[] = Object.values(ANNOTATIONS);

const NOTHING_TO_UNDO: UndoRecord = Object.freeze({ annotations: [], created: [], replaced: {} });

/**
 * What an injection into this pod adds that was not there, together with what an earlier one added.
 * @param initContainers whether the injection brings init containers
 */
export function undoRecordOf(pod: Pod, initContainers: boolean, earlier = NOTHING_TO_UNDO): UndoRecord {
  const standing = annotationsOf(pod);
  const annotations = KEYS.filter((key) => ownValue(standing, key) === undefined || earlier.annotations.includes(key));
  const { metadata, spec } = pod;
  const absent: Readonly<Record<string, boolean>> = {
    [CREATABLE.annotations]: !metadata.annotations,
    [CREATABLE.initContainers]: initContainers && !spec.initContainers,
    [CREATABLE.volumes]: !spec.volumes,
  };
  const created = POINTERS.filter((path) => absent[path] === true || earlier.created.includes(path));
  return { annotations, created, replaced: earlier.replaced };
}

/** Reads the record back from a status, which anybody can write: only what an injection can have done counts. */
export function readUndoRecord(status: Readonly<Record<string, unknown>>): UndoRecord {
  const injected = isObject(status.injected) ? status.injected : {};
  const replaced = isObject(status.replaced) ? Object.entries(status.replaced) : [];
  return {
    annotations: listed(injected.annotations, KEYS),
    created: listed(status.created, POINTERS),
    replaced: Object.fromEntries(replaced.flatMap(([path, text]) => (isSpelling(path, text) ? [[path, text]] : []))),
  };
}

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

// whatever else an override may not say is refused before it is recorded
const TEXTS = ['name', 'image', 'imagePullPolicy', 'terminationMessagePath', 'terminationMessagePolicy'];

/**
 * The container as it is recorded: in an order of its own, whatever order the author’s keys have, and no deeper than a
 * container is.
 */
export function recordedOverride(container: Container, at: string): RecordedOverride {
  const own = container as Container & Readonly<Record<string, unknown>>;
  const { resources, volumeMounts } = container;
  return {
    at,
    ...flat(own, TEXTS),
    ...(isObject(resources) ? { resources: recordedResources(resources) } : {}),
    ...(Array.isArray(volumeMounts) && volumeMounts.every(isTokenMount)
      ? { volumeMounts: volumeMounts.map((mount) => flat(mount)) }
      : {}),
  } as RecordedOverride;
}

const isTokenMount = ({ mountPath }: { readonly mountPath: string }): boolean => mountPath === TOKEN_DIRECTORY;

const recordedResources = (resources: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    ['limits', 'requests'].flatMap((kind) => (isObject(resources[kind]) ? [[kind, flat(resources[kind])]] : [])),
  );

/** The texts and numbers of an object, in the order of these keys. */
const flat = (
  object: Readonly<Record<string, unknown>>,
  keys: readonly string[] = Object.keys(object).sort(),
): Record<string, unknown> =>
  Object.fromEntries(
    keys
      .filter((key) => Object.hasOwn(object, key) && ['string', 'number', 'boolean'].includes(typeof object[key]))
      .map((key) => [key, object[key]]),
  );

/** Reads a recorded container back; undefined when it is none that an author can have merged into ours. */
export function readOverride(stored: unknown): RecordedOverride | undefined {
  if (!isObject(stored) || !isContainer(stored)) return undefined;
  const { name, image } = stored;
  if ((name !== SIDECAR && name !== REDIRECT) || !isOverrideImage(image)) return undefined;
  const at: unknown = (stored as Record<string, unknown>).at;
  return recordedOverride(stored, typeof at === 'string' && PLACE.test(at) ? at : '/spec/containers/0');
}

/** Whether a container with this image leaves it to us which one it gets. */
export const isOverrideImage = (image: unknown): boolean =>
  image === undefined || image === null || image === '' || image === 'auto';

const PLACE = /^\/spec\/(?:containers|initContainers)\/\d{1,4}$/;
