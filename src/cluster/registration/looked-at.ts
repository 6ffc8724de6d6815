import type { ObjectMetadata } from '../object-metadata.ts';
import type { WatchTarget } from '../restarting-watch.ts';
import type { KeptObject } from './kept-object.ts';

/** The key of an object among those that are kept. */
export const keyOf = (kind: string, name: string): string => `${kind}/${name}`;

/** Has the kept objects of a kind looked at whenever a watch tells of them. */
export function lookedAt(kind: string, kept: ReadonlyMap<string, KeptObject>): WatchTarget {
  const named = (name: string) => kept.get(keyOf(kind, name));
  return {
    beginList: () => {
      const listed = new Map<string, ObjectMetadata>();
      return {
        add: (object) => void listed.set(keyOf(kind, object.name), object),
        complete: () => {
          for (const [key, object] of kept) if (key.startsWith(keyOf(kind, ''))) object.lookAgain(listed.get(key));
        },
      };
    },
    put: (object) => named(object.name)?.lookAgain(object),
    // it may only have lost the label
    remove: ({ name }) => named(name)?.lookAgain(),
  };
}
