import type { RolloutPlan } from '../api/rollout-plan.ts';
import { isObject } from '../json/is-object.ts';
import { planAmong } from '../policy/plan-object.ts';
import {
  BUILT_IN_PROFILES,
  type LoadedObjects,
  type ObjectSource,
  objectPlace,
  objectSource,
  type PolicyKind,
} from '../policy/policy-objects.ts';

/** One of our own objects. */
export interface PolicyObjectName {
  readonly kind: PolicyKind;
  readonly name: string;
}

/** What becomes of one of our own objects. */
export interface PolicyObjectChange extends PolicyObjectName {
  /** Undefined: it is deleted. */
  readonly object: unknown;
}

/** What is known of the objects of the cluster, where they are the policy. */
export interface KnownObjects {
  /** The names of the SidecarProfiles that a policy may name, the built-in ones among them. */
  readonly profiles: ReadonlySet<string>;
  /** The rollout, whether the policy holds pods to it or not; undefined where there is none that can be read. */
  readonly plan: RolloutPlan | undefined;
  /** What the objects make up after these changes; as they stand after none. */
  readonly after: (changes: readonly PolicyObjectChange[]) => LoadedObjects;
}

/**
 * What is known of these objects; one that is refused is there all the same.
 * @param load makes a policy of them
 */
export function knownObjects(
  objects: readonly ObjectSource[],
  load: (objects: readonly ObjectSource[]) => LoadedObjects,
): KnownObjects {
  // one review asks several times about the same object, which takes a dozen renderings to judge
  const sources = new WeakMap<object, ObjectSource>();
  const sourceOf = ({ kind, name, object }: PolicyObjectChange): ObjectSource => {
    const source = (isObject(object) ? sources.get(object) : undefined) ?? objectSource(kind, name, object);
    if (isObject(object)) sources.set(object, source);
    return source;
  };
  return {
    plan: planAmong(objects).plan,
    profiles: new Set([
      ...BUILT_IN_PROFILES,
      ...objects.filter(({ kind }) => kind === 'SidecarProfile').map(({ name }) => name),
    ]),
    after: (changes) => {
      const sourcesNow = new Map(objects.map((source) => [source.file, source]));
      for (const change of changes) {
        const place = objectPlace(change.kind, change.name);
        if (change.object === undefined) sourcesNow.delete(place);
        else sourcesNow.set(place, sourceOf(change));
      }
      // as the API server lists them, by name: only the first shadows are asked
      return load([...sourcesNow.values()].sort((one, other) => (one.file < other.file ? -1 : 1)));
    },
  };
}

/** The same with objects as they were read a moment ago, which are newer. */
export const withObjects = (known: KnownObjects, read: readonly PolicyObjectChange[]): KnownObjects => ({
  ...known,
  profiles: new Set([
    ...known.profiles,
    ...read.filter(({ kind }) => kind === 'SidecarProfile').map(({ name }) => name),
  ]),
  after: (changes) => known.after([...read, ...changes]),
});
