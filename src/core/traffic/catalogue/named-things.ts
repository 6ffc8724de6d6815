/** Something with a name in a namespace, which is not always known: values in files do not say it. */
export interface Named {
  readonly namespace: string | undefined;
  readonly name: string;
}

/** Things by their names. */
export interface NamedThings<T extends Named> {
  /** The first of this namespace and name; else the only one that can be it, because a namespace is not known. */
  meant(namespace: string | undefined, name: string): T | undefined;
  /** Everything of this name, in whatever namespace. */
  all(name: string): readonly T[];
  /** Each name once. */
  readonly names: readonly string[];
}

/** Makes things known by their names, so that each is found in constant time. */
export function namedThings<T extends Named>(things: readonly T[]): NamedThings<T> {
  const byName = new Map<string, T[]>();
  const byPlace = new Map<string, T[]>();
  for (const thing of things) {
    add(byName, thing.name, thing);
    add(byPlace, placeOf(thing.namespace, thing.name), thing);
  }
  return {
    meant(namespace, name) {
      const [exact] = byPlace.get(placeOf(namespace, name)) ?? [];
      if (exact !== undefined) return exact;
      const possible = namespace === undefined ? byName.get(name) : byPlace.get(placeOf(undefined, name));
      return possible?.length === 1 ? possible[0] : undefined;
    },
    all: (name) => byName.get(name) ?? [],
    names: [...byName.keys()],
  };
}

const add = <T>(map: Map<string, T[]>, key: string, thing: T): unknown =>
  map.get(key)?.push(thing) ?? map.set(key, [thing]);

/** A name as callers write it; a slash stands in no part of it. */
export const placeOf = (namespace: string | undefined, name: string): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

/** The parts of a reference such as `inventory` or `pricing/quotes`. */
export function referenceParts(reference: string): Named {
  const [name = '', namespace] = reference.split('/').reverse();
  return { namespace, name };
}
