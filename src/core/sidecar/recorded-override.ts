import { isObject } from '../json/is-object.ts';
import { sortedKeys } from '../json/sorted-keys.ts';
import { type Container, isContainer } from '../kubernetes/pod.ts';
import { OVERRIDABLE, TOKEN_DIRECTORY } from './names.ts';

/** A container of the author that was merged into ours, and where it stood. */
export type RecordedOverride = Container & {
  readonly at: string;
  /** It lies under ours and not over it: another injector put it there. */
  readonly under?: true;
};

type Json = Readonly<Record<string, unknown>>;

// where an override may say no more than this, whatever else it says is refused before it is recorded
const TEXTS = ['name', 'image', 'imagePullPolicy', 'terminationMessagePath', 'terminationMessagePolicy'];

/**
 * The container as it is recorded: in an order of its own, whatever order the author’s keys have, and no deeper than a
 * container is.
 * @param whole whether every field counts, instead of the amounts and what the API server itself adds
 */
export function recordedOverride(container: Container, at: string, whole: boolean): RecordedOverride {
  if (whole) return { at, ...(sortedKeys(container) as Container) };
  const { resources, volumeMounts } = container;
  return {
    at,
    ...flat(container, TEXTS),
    ...(isObject(resources) ? { resources: recordedResources(resources) } : {}),
    ...(Array.isArray(volumeMounts) && volumeMounts.every(isTokenMount)
      ? { volumeMounts: volumeMounts.map((mount) => flat(mount)) }
      : {}),
  } as RecordedOverride;
}

const isTokenMount = ({ mountPath }: { readonly mountPath: string }): boolean => mountPath === TOKEN_DIRECTORY;

const recordedResources = (resources: Json): Record<string, unknown> =>
  Object.fromEntries(
    ['limits', 'requests'].flatMap((kind) => (isObject(resources[kind]) ? [[kind, flat(resources[kind])]] : [])),
  );

/** The texts and numbers of an object, in the order of these keys. */
const flat = (object: Json, keys: readonly string[] = Object.keys(object).sort()): Record<string, unknown> =>
  Object.fromEntries(
    keys
      .filter((key) => Object.hasOwn(object, key) && ['string', 'number', 'boolean'].includes(typeof object[key]))
      .map((key) => [key, object[key]]),
  );

/**
 * Reads a recorded container back; undefined when it is none that an author can have merged into ours.
 * @param whole as in `recordedOverride`
 */
export function readOverride(stored: unknown, whole: boolean): RecordedOverride | undefined {
  if (!isObject(stored) || !isContainer(stored)) return undefined;
  if (!OVERRIDABLE.has(stored.name) || !(whole || isOverrideImage(stored.image))) return undefined;
  const { at, under, ...container } = stored as Container & Json;
  const place = typeof at === 'string' && PLACE.test(at) ? at : '/spec/containers/0';
  const recorded = recordedOverride(container, place, whole);
  return whole && under === true ? { ...recorded, under } : recorded;
}

/** Whether a container with this image leaves it to us which one it gets. */
export const isOverrideImage = (image: unknown): boolean =>
  image === undefined || image === null || image === '' || image === 'auto';

const PLACE = /^\/spec\/(?:containers|initContainers)\/\d{1,4}$/;
