import type { ObjectMetadata } from '../object-metadata.ts';
import type { WatchTarget } from '../restarting-watch.ts';

/** Has something looked at anew when what objects say has changed: a status, a label or an annotation changes no generation. */
export function lookWhenSaidAnew(look: () => void): WatchTarget {
  let known = new Map<string, string>();
  const said = ({ uid, generation }: ObjectMetadata) => `${uid} ${generation}`;
  return {
    beginList: () => {
      const listed = new Map<string, string>();
      return {
        add: (object) => void listed.set(object.name, said(object)),
        complete: () => {
          known = listed;
          look();
        },
      };
    },
    put: (object) => {
      if (known.get(object.name) === said(object)) return;
      known.set(object.name, said(object));
      look();
    },
    remove: ({ name }) => {
      known.delete(name);
      look();
    },
  };
}
